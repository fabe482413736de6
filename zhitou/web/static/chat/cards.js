// One renderer for each message type; a type that is not known here falls back to the text.
import { badge, direction, element, money, percent } from "./elements.js";
import { allocationChart, seriesChart } from "./charts.js";
import { t } from "./texts.js";

const RENDERERS = {
  product_list: productList,
  comparison,
  risk_question: riskQuestion,
  risk_result: riskResult,
  diagnosis,
  allocation,
  answer,
  holdings,
  suitability,
  handoff,
  chart: picture,
  notice,
};

// Returns a card for `custom`, or null when its type is unknown. `say` sends a text as the customer.
export function card(custom, say, client) {
  const render = RENDERERS[custom.type];
  if (!render || !custom.data) return null;
  const content = render(custom.data, say, client);
  return content && element("article", { class: `card ${custom.type}` }, content);
}

// Types whose card repeats the list in the text, and types whose card says all of it.
export const SHOWS_LIST = new Set(["product_list", "comparison", "diagnosis", "allocation", "holdings"]);
export const SAYS_ALL = new Set(["risk_question", "notice"]);

function head(title, ...extras) {
  return element("header", {}, element("h2", {}, title), extras);
}

function foot(data) {
  const parts = [];
  if (data.as_of) parts.push(`${t("as_of")} ${data.as_of}`);
  if (data.simulated) parts.push(t("simulated"));
  return element(
    "footer",
    {},
    parts.length ? element("p", {}, parts.join(" · ")) : null,
    data.disclosure ? element("p", {}, data.disclosure) : null,
  );
}

function list(items, kind = "") {
  return items && items.length
    ? element("ul", { class: kind }, items.map((item) => element("li", {}, item)))
    : null;
}

function figures(items) {
  if (!items || !items.length) return null;
  return element(
    "dl",
    { class: "figures" },
    items.map((item) =>
      element(
        "div",
        {},
        element("dt", {}, item.name),
        element("dd", { class: item.unit === "signed_percent" ? direction(item.value) : "" }, item.text),
        item.note ? element("dd", { class: "note" }, item.note) : null,
      ),
    ),
  );
}

// A button that draws a fund's course under it, and puts it away again.
function courseButton(code, client) {
  const place = element("div", { class: "chart", hidden: true });
  const button = element("button", { type: "button", class: "quiet", "aria-expanded": "false" }, t("chart"));
  button.addEventListener("click", async () => {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    button.textContent = open ? t("chart") : t("hide_chart");
    place.hidden = open;
    if (!open && !place.dataset.drawn) {
      place.dataset.drawn = "yes";
      try {
        await seriesChart(place, await client.series(code));
      } catch {
        delete place.dataset.drawn;
        button.click();
      }
    }
  });
  return [button, place];
}

// In a list of products each shows only its first figures; the diagnosis shows all.
const MAIN_FIGURES = 4;

function productList(data, say, client) {
  return [
    data.criteria_text ? head(data.criteria_text, data.level ? badge(data.level) : null) : null,
    element(
      "ol",
      { class: "products" },
      data.items.map((item) =>
        element(
          "li",
          {},
          element("h3", {}, item.name),
          element(
            "p",
            { class: "tags" },
            badge(item.risk_level, "level"),
            badge(item.type_name || item.type),
            item.kind === "manager" ? null : element("span", { class: "code" }, item.code),
          ),
          figures((item.figures || []).slice(0, MAIN_FIGURES)),
          list(item.reasons, "reasons"),
          list(item.cautions, "cautions"),
          element("div", { class: "row" }, item.kind === "fund" ? courseButton(item.code, client) : null),
        ),
      ),
    ),
    foot(data),
  ];
}

function comparison(data) {
  const names = data.items.map((item) => item.short_name || item.name);
  return [
    element(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": names.join(" / ") },
      element(
        "table",
        {},
        element(
          "thead",
          {},
          element("tr", {}, element("th", { scope: "col" }, t("metric")), names.map((name) => element("th", { scope: "col" }, name))),
        ),
        element(
          "tbody",
          {},
          data.dimensions.map((dimension) =>
            element(
              "tr",
              {},
              element("th", { scope: "row" }, dimension.name),
              dimension.values.map((value, index) =>
                element(
                  "td",
                  { class: dimension.better === index ? "better" : "" },
                  (dimension.texts || dimension.values)[index] ?? "—",
                  dimension.better === index ? element("span", { class: "hidden" }, `（${t("better")}）`) : null,
                ),
              ),
            ),
          ),
        ),
      ),
    ),
    list(data.points, "reasons"),
    (data.pairs || []).map((pair) => element("p", { class: "aside" }, pair.text)),
    data.verdict ? element("p", { class: "verdict" }, data.verdict) : null,
    foot(data),
  ];
}

function riskQuestion(data, say) {
  const progress = element("progress", { max: data.total, value: data.index, "aria-hidden": "true" });
  const options = data.options.map((option, index) => {
    const letter = String.fromCharCode(65 + index);
    return element(
      "button",
      { type: "button", class: "option", onclick: () => say(letter, `${letter}. ${option.text}`) },
      element("span", { class: "letter" }, letter),
      option.text,
    );
  });
  return [
    element("p", { class: "progress" }, t("question", data.index, data.total)),
    progress,
    element("h2", {}, data.text),
    element("div", { class: "options" }, options),
  ];
}

function riskResult(data) {
  return [
    element("div", { class: "level-mark" }, element("strong", {}, data.level), element("span", {}, `${t("score")} ${data.score}`)),
    element("p", {}, data.explanation),
    element(
      "dl",
      { class: "facts" },
      fact(t("allows"), (data.allows || []).join("、")),
      fact(t("valid_until"), data.valid_until),
    ),
  ];
}

function fact(name, value) {
  return value === undefined || value === null || value === ""
    ? null
    : element("div", {}, element("dt", {}, name), element("dd", {}, value));
}

function diagnosis(data, say, client) {
  const product = data.product || {};
  // Who has just lost money is not given marks.
  const marked = typeof data.score === "number" && data.about !== "loss";
  return [
    head(product.name || t("findings"), marked ? scoreMark(data.score) : null),
    data.summary ? element("p", {}, data.summary) : null,
    figures(data.figures),
    product.kind === "fund" ? element("div", { class: "row" }, courseButton(product.code, client)) : null,
    element(
      "ul",
      { class: "findings" },
      (data.findings || []).map((finding) =>
        element(
          "li",
          { class: `severity-${finding.severity}` },
          badge(t("severities")[finding.severity] || finding.severity, finding.severity),
          element("div", {}, finding.title ? element("strong", {}, finding.title) : null, element("p", {}, finding.text),
            finding.suggestion ? element("p", { class: "suggestion" }, finding.suggestion) : null),
        ),
      ),
    ),
    (data.suggestions || []).length && !(data.findings || []).some((finding) => finding.suggestion)
      ? [element("h3", {}, t("suggestions")), list(data.suggestions)]
      : null,
    foot(data),
  ];
}

function scoreMark(score) {
  const kind = score >= 80 ? "good" : score >= 60 ? "fair" : "poor";
  return element("span", { class: `score ${kind}`, "aria-label": `${t("score")} ${score}` }, Math.round(score));
}

function allocation(data) {
  const place = element("div", { class: "chart donut" });
  const expected = data.expected || {};
  allocationChart(place, data.weights);
  return [
    place,
    element(
      "ul",
      { class: "weights" },
      data.weights.map((item, index) =>
        element(
          "li",
          {},
          element("span", { class: `dot dot-${index % 8}` }),
          element("span", { class: "name" }, item.name || item.asset_class),
          element("span", {}, percent(item.weight, false)),
          element("span", { class: "amount" }, item.amount === undefined ? "" : money(item.amount)),
        ),
      ),
    ),
    element(
      "dl",
      { class: "facts" },
      fact(t("expected_return"), expected.return === undefined ? null : percent(expected.return)),
      fact(t("volatility"), expected.volatility === undefined ? null : percent(expected.volatility, false)),
      fact(t("max_drawdown"), expected.max_drawdown === undefined ? null : percent(expected.max_drawdown)),
    ),
    data.rebalance ? element("p", { class: "aside" }, `${t("rebalance")}：${words(data.rebalance)}`) : null,
    data.assumptions ? element("p", { class: "aside" }, `${t("assumptions")}：${words(data.assumptions)}`) : null,
    foot(data),
  ];
}

function words(value) {
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.join("；");
  if (typeof value === "object") return value.text || null;
  return String(value);
}

function answer(data) {
  if (!data.sources || !data.sources.length) return null;
  return element(
    "p",
    { class: "sources" },
    `${t("sources")}：`,
    data.sources
      .map((source) => [source.title, source.updated_at && `${t("updated")} ${String(source.updated_at).slice(0, 10)}`].filter(Boolean).join("，"))
      .join("；"),
  );
}

function holdings(data) {
  const total = data.total || {};
  return [
    element(
      "div",
      { class: "total" },
      element("div", {}, element("span", {}, t("total_value")), element("strong", {}, money(total.value))),
      element(
        "div",
        {},
        element("span", {}, t("total_gain")),
        element("strong", { class: direction(total.gain) }, `${money(total.gain, true)}（${percent(total.gain_rate)}）`),
      ),
    ),
    element(
      "ul",
      { class: "holdings-list" },
      data.items.map((item) =>
        element(
          "li",
          {},
          element("span", { class: "name" }, item.name, " ", badge(item.risk_level, "level")),
          element("span", { class: "value" }, money(item.value)),
          element("span", { class: `gain ${direction(item.gain)}` }, percent(item.gain_rate)),
        ),
      ),
    ),
    foot(data),
  ];
}

function suitability(data) {
  const link = data.deep_link;
  return [
    head(
      t("decisions")[data.decision] || data.decision,
      badge(data.customer_level || "—", "level"),
      badge(data.product_level || "—", "level"),
    ),
    list(data.notes, "cautions"),
    link ? element("a", { class: "primary link", href: link, rel: "noreferrer" }, t("open_app")) : null,
  ];
}

function handoff(data) {
  return [
    element("h2", {}, data.position ? t("position", data.position) : data.queue_name || data.queue),
    element(
      "dl",
      { class: "facts" },
      fact(t("queue"), data.queue_name || data.queue),
      fact(t("priority"), t("priorities")[data.priority] || data.priority),
      fact(t("ticket"), data.ticket),
    ),
  ];
}

function picture(data) {
  return element("img", { src: data.url, alt: data.alt, loading: "lazy" });
}

function notice(data) {
  return element("p", { class: `notice-${data.kind}` }, element("span", { "aria-hidden": "true" }, "🔔 "), data.text);
}
