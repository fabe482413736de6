"""The tables of all backends, as the first release has them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "87f049da7b39"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "customers",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=False),
        sa.Column("occupation", sa.String(length=64), nullable=False),
        sa.Column("value_tier", sa.String(length=16), nullable=False),
        sa.Column("annual_income", sa.BigInteger(), nullable=True),
        sa.Column("monthly_income", sa.BigInteger(), nullable=True),
        sa.Column("monthly_expenses", sa.BigInteger(), nullable=True),
        sa.Column("liquid_assets", sa.BigInteger(), nullable=True),
        sa.Column("emergency_fund", sa.BigInteger(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    op.create_table(
        "datasets",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_datasets")),
    )
    op.create_table(
        "distributions",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("code", "date", "kind", name=op.f("pk_distributions")),
    )
    op.create_table(
        "handoff_agents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_agents")),
    )
    op.create_table(
        "handoff_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_events")),
    )
    with op.batch_alter_table("handoff_events", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_handoff_events_conversation_id"), ["conversation_id"], unique=False
        )

    op.create_table(
        "handoff_ticket_counters",
        sa.Column("prefix", sa.String(length=2), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "day", name=op.f("pk_handoff_ticket_counters")),
    )
    op.create_table(
        "handoff_tickets",
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("conversation_id", sa.String(length=255), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("rules_version", sa.String(length=32), nullable=False),
        sa.Column("queue", sa.String(length=32), nullable=False),
        sa.Column("priority", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("callback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_handoff_tickets")),
    )
    with op.batch_alter_table("handoff_tickets", schema=None) as batch_op:
        batch_op.create_index(
            "ix_handoff_tickets_conversation", ["conversation_id", "opened_at"], unique=False
        )
        batch_op.create_index(
            "ix_handoff_tickets_waiting", ["queue", "closed_at", "opened_at"], unique=False
        )

    op.create_table(
        "knowledge_entries",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("source_title", sa.String(length=200), nullable=False),
        sa.Column("updated_at", sa.Date(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_knowledge_entries")),
    )
    with op.batch_alter_table("knowledge_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_knowledge_entries_topic"), ["topic"], unique=False)

    op.create_table(
        "managers",
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("company", sa.String(length=40), nullable=False),
        sa.Column("career_start", sa.Date(), nullable=False),
        sa.Column("style", sa.String(length=16), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_managers")),
        sa.UniqueConstraint("name", name=op.f("uq_managers_name")),
    )
    op.create_table(
        "market_indices",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("index_group", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_market_indices")),
    )
    op.create_table(
        "market_levels",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("level", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("code", "date", name=op.f("pk_market_levels")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "navs",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("unit_nav", sa.Float(), nullable=False),
        sa.Column("cumulative_nav", sa.Float(), nullable=False),
        sa.Column("total_return", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("code", "date", name=op.f("pk_navs")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "portfolio_advice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("data_date", sa.Date(), nullable=True),
        sa.Column("rules_version", sa.String(length=40), nullable=False),
        sa.Column("output", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_advice")),
    )
    with op.batch_alter_table("portfolio_advice", schema=None) as batch_op:
        batch_op.create_index(
            "ix_portfolio_advice_customer", ["customer_id", "created_at"], unique=False
        )

    op.create_table(
        "portfolio_alerts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("threshold", sa.Numeric(precision=18, scale=6), nullable=False),
        sa.Column("base_value", sa.Numeric(precision=18, scale=4), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_alerts")),
    )
    with op.batch_alter_table("portfolio_alerts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_portfolio_alerts_customer_id"), ["customer_id"], unique=False
        )

    op.create_table(
        "portfolio_policies",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("insured", sa.String(length=16), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("premium", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("paid_years", sa.Integer(), nullable=False),
        sa.Column("payment_years", sa.Integer(), nullable=False),
        sa.Column("next_due", sa.Date(), nullable=True),
        sa.Column("sum_insured", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("cash_value", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_policies")),
    )
    with op.batch_alter_table("portfolio_policies", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_portfolio_policies_customer_id"), ["customer_id"], unique=False
        )

    op.create_table(
        "portfolio_trades",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("fee", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("traded_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("arrives_on", sa.Date(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portfolio_trades")),
    )
    with op.batch_alter_table("portfolio_trades", schema=None) as batch_op:
        batch_op.create_index(
            "ix_portfolio_trades_customer", ["customer_id", "traded_on"], unique=False
        )

    op.create_table(
        "products",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("sector", sa.String(length=32), nullable=True),
        sa.Column("company", sa.String(length=40), nullable=False),
        sa.Column("risk_level", sa.String(length=2), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("fees", sa.JSON(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("inception", sa.Date(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_products")),
    )
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_products_kind"), ["kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_products_type"), ["type"], unique=False)

    op.create_table(
        "recommendations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("inputs", sa.JSON(), nullable=False),
        sa.Column("data_date", sa.Date(), nullable=True),
        sa.Column("rule_version", sa.String(length=40), nullable=False),
        sa.Column("weights_version", sa.String(length=40), nullable=False),
        sa.Column("output", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendations")),
    )
    with op.batch_alter_table("recommendations", schema=None) as batch_op:
        batch_op.create_index(
            "ix_recommendations_customer", ["customer_id", "created_at"], unique=False
        )

    op.create_table(
        "handoff_conversations",
        sa.Column("id", sa.String(length=255), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("ticket", sa.String(length=32), nullable=True),
        sa.Column("assignee", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignee"],
            ["handoff_agents.id"],
            name=op.f("fk_handoff_conversations_assignee_handoff_agents"),
        ),
        sa.ForeignKeyConstraint(
            ["ticket"],
            ["handoff_tickets.number"],
            name=op.f("fk_handoff_conversations_ticket_handoff_tickets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_conversations")),
    )
    op.create_table(
        "handoff_ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=255), nullable=False),
        sa.Column("ticket", sa.String(length=32), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["ticket"],
            ["handoff_tickets.number"],
            name=op.f("fk_handoff_ratings_ticket_handoff_tickets"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_ratings")),
    )
    with op.batch_alter_table("handoff_ratings", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_handoff_ratings_conversation_id"), ["conversation_id"], unique=False
        )

    op.create_table(
        "knowledge_vectors",
        sa.Column("entry_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["knowledge_entries.id"],
            name=op.f("fk_knowledge_vectors_entry_id_knowledge_entries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_knowledge_vectors")),
    )
    op.create_table(
        "product_managers",
        sa.Column("product_code", sa.String(length=24), nullable=False),
        sa.Column("manager_id", sa.String(length=8), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["manager_id"],
            ["managers.id"],
            name=op.f("fk_product_managers_manager_id_managers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["product_code"],
            ["products.code"],
            name=op.f("fk_product_managers_product_code_products"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "product_code", "manager_id", "since", name=op.f("pk_product_managers")
        ),
    )
    with op.batch_alter_table("product_managers", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_product_managers_manager_id"), ["manager_id"], unique=False
        )

    op.create_table(
        "risk_assessments",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("questionnaire_version", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score", sa.Numeric(precision=5, scale=2, asdecimal=False), nullable=True),
        sa.Column("level", sa.String(length=2), nullable=True),
        sa.Column("lowest_class", sa.Boolean(), nullable=True),
        sa.Column("effective_level", sa.String(length=2), nullable=True),
        sa.Column("effective_lowest_class", sa.Boolean(), nullable=True),
        sa.Column("changed_from", sa.String(length=2), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name=op.f("fk_risk_assessments_customer_id_customers"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_assessments")),
        sa.UniqueConstraint("customer_id", "number", name=op.f("uq_risk_assessments_customer_id")),
    )
    with op.batch_alter_table("risk_assessments", schema=None) as batch_op:
        batch_op.create_index(
            "ix_risk_assessments_one_open",
            ["customer_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('open', 'paused')"),
            postgresql_where=sa.text("state IN ('open', 'paused')"),
        )

    op.create_table(
        "risk_answers",
        sa.Column("assessment_id", sa.String(length=64), nullable=False),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.String(length=64), nullable=False),
        sa.Column("said", sa.String(length=200), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["risk_assessments.id"],
            name=op.f("fk_risk_answers_assessment_id_risk_assessments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("assessment_id", "question_id", name=op.f("pk_risk_answers")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("risk_answers")
    with op.batch_alter_table("risk_assessments", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_risk_assessments_one_open",
            sqlite_where=sa.text("state IN ('open', 'paused')"),
            postgresql_where=sa.text("state IN ('open', 'paused')"),
        )

    op.drop_table("risk_assessments")
    with op.batch_alter_table("product_managers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_product_managers_manager_id"))

    op.drop_table("product_managers")
    op.drop_table("knowledge_vectors")
    with op.batch_alter_table("handoff_ratings", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handoff_ratings_conversation_id"))

    op.drop_table("handoff_ratings")
    op.drop_table("handoff_conversations")
    with op.batch_alter_table("recommendations", schema=None) as batch_op:
        batch_op.drop_index("ix_recommendations_customer")

    op.drop_table("recommendations")
    with op.batch_alter_table("products", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_products_type"))
        batch_op.drop_index(batch_op.f("ix_products_kind"))

    op.drop_table("products")
    with op.batch_alter_table("portfolio_trades", schema=None) as batch_op:
        batch_op.drop_index("ix_portfolio_trades_customer")

    op.drop_table("portfolio_trades")
    with op.batch_alter_table("portfolio_policies", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portfolio_policies_customer_id"))

    op.drop_table("portfolio_policies")
    with op.batch_alter_table("portfolio_alerts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portfolio_alerts_customer_id"))

    op.drop_table("portfolio_alerts")
    with op.batch_alter_table("portfolio_advice", schema=None) as batch_op:
        batch_op.drop_index("ix_portfolio_advice_customer")

    op.drop_table("portfolio_advice")
    op.drop_table("navs")
    op.drop_table("market_levels")
    op.drop_table("market_indices")
    op.drop_table("managers")
    with op.batch_alter_table("knowledge_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_knowledge_entries_topic"))

    op.drop_table("knowledge_entries")
    with op.batch_alter_table("handoff_tickets", schema=None) as batch_op:
        batch_op.drop_index("ix_handoff_tickets_waiting")
        batch_op.drop_index("ix_handoff_tickets_conversation")

    op.drop_table("handoff_tickets")
    op.drop_table("handoff_ticket_counters")
    with op.batch_alter_table("handoff_events", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handoff_events_conversation_id"))

    op.drop_table("handoff_events")
    op.drop_table("handoff_agents")
    op.drop_table("distributions")
    op.drop_table("datasets")
    op.drop_table("customers")
