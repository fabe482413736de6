// Small builders of page elements; text is always set as text, never as markup.
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === "") continue;
    made.append(child instanceof Node ? child : String(child));
  }
  return made;
}

export function percent(fraction, signed = true) {
  if (fraction === null || fraction === undefined) return "—";
  const value = Number(fraction) * 100;
  const plus = signed && value > 0 ? "+" : "";
  return `${plus}${value.toFixed(2)}%`;
}

export function money(amount, signed = false) {
  const value = Number(amount);
  const size = Math.abs(value);
  const sign = value < 0 ? "-" : signed && value > 0 ? "+" : "";
  const short = (number) => Number(number.toFixed(2)).toLocaleString("zh-CN");
  if (size >= 1e8) return `${sign}${short(size / 1e8)}亿元`;
  if (size >= 1e4) return `${sign}${short(size / 1e4)}万元`;
  return `${sign}${short(size)}元`;
}

// Chinese convention: up is red, down is green; the class names say the direction only.
export function direction(value) {
  if (value === null || value === undefined || Number(value) === 0) return "";
  return Number(value) > 0 ? "up" : "down";
}

export function badge(text, kind = "") {
  return element("span", { class: `badge ${kind}` }, text);
}
