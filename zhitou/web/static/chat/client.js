// The page's line to the assistant: who is talking, sending, and what was said before.
const SECONDS = 25;

export class Client {
  constructor(storage = localStorage) {
    this.storage = storage;
    this.customer = storage.getItem("zhitou.customer") || "";
    this.token = new URLSearchParams(location.hash.slice(1)).get("token");
  }

  // One conversation for each customer, kept until it is started anew.
  get sender() {
    const key = `zhitou.sender.${this.customer}`;
    let sender = this.storage.getItem(key);
    if (!sender) {
      sender = `web-${crypto.randomUUID()}`;
      this.storage.setItem(key, sender);
    }
    return sender;
  }

  become(customer) {
    this.customer = customer;
    this.storage.setItem("zhitou.customer", customer);
  }

  forget() {
    this.storage.removeItem(`zhitou.sender.${this.customer}`);
  }

  async send(message, language) {
    const metadata = { language };
    if (this.customer) metadata.customer_id = this.customer;
    return this.#call("/chat/messages", {
      method: "POST",
      body: JSON.stringify({ sender: this.sender, message, metadata }),
    });
  }

  async history() {
    const query = new URLSearchParams({ sender: this.sender });
    if (this.customer) query.set("customer_id", this.customer);
    return (await this.#call(`/chat/history?${query}`)).messages;
  }

  async series(code) {
    const response = await fetch(`/api/products/${encodeURIComponent(code)}/nav?days=1095`);
    if (!response.ok) throw new Error(`status ${response.status}`);
    const body = await response.json();
    return body.data && body.data.points ? body.data : body;
  }

  async #call(address, options = {}) {
    const headers = { "content-type": "application/json" };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    const response = await fetch(address, {
      ...options,
      headers,
      signal: AbortSignal.timeout(SECONDS * 1000),
    });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response.json();
  }
}
