/* Draws what the kernel describes as plain HTML elements, and tells it what is done to them.
   Nothing is decided here, and nothing is kept in the notebook: the kernel is asked when a view
   opens. `nodes` holds the elements by their key; what the kernel sends replaces what changed. */

const PROPERTIES = new Set(["value", "checked", "disabled"]);
const WAIT = { input: 120, range: 30 }; // milliseconds after the last key, or step of a slider

function configured() {
  const data = document.getElementById("jupyter-config-data");
  const config = data ? JSON.parse(data.textContent) : {};
  return { base: config.baseUrl || "", root: config.serverRoot || "" };
}

function render({ model, el }) {
  const nodes = new Map();
  const waiting = new Map();
  const addresses = [];
  let sent = 0;

  function tell(key, event, value) {
    const node = nodes.get(key);
    sent += 1;
    if (node) node.sent = sent;
    model.send({ key, event, value, sent });
  }

  function tellWaiting() {
    for (const [key, one] of waiting) {
      clearTimeout(one.timer);
      waiting.delete(key);
      tell(key, "input", one.value);
    }
  }

  function listen(element, key, event) {
    element.addEventListener(event, (happened) => {
      const value = element.type === "checkbox" ? element.checked : element.value;
      if (event === "input") {
        if (waiting.has(key)) clearTimeout(waiting.get(key).timer);
        const wait = element.type === "range" ? WAIT.range : WAIT.input;
        waiting.set(key, { value, timer: setTimeout(tellWaiting, wait) });
        return;
      }
      if (event === "click" && element.tagName !== "INPUT") happened.preventDefault();
      tellWaiting();
      tell(key, event, value);
    });
    if (event === "input") element.addEventListener("blur", tellWaiting);
  }

  function fill(select, options, value) {
    select.replaceChildren(
      ...options.map(([code, label]) => {
        const option = document.createElement("option");
        option.value = code;
        option.textContent = label;
        return option;
      }),
    );
    if (select.tagName === "SELECT") select.value = value;
  }

  function address({ type, at }, buffers) {
    const made = URL.createObjectURL(new Blob([buffers[at]], { type }));
    addresses.push(made);
    return made;
  }

  function change(element, node, told, buffers) {
    const { attributes, text, html } = told;
    for (const name of Object.keys(node.attributes)) {
      if (!(name in attributes) && !PROPERTIES.has(name)) element.removeAttribute(name);
    }
    if (attributes.options) {
      const before = JSON.stringify(node.attributes.options);
      if (before !== JSON.stringify(attributes.options)) {
        fill(element, attributes.options, attributes.value);
      }
    }
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "options") continue;
      if (name === "document") element.href = address(value, buffers);
      else if (!PROPERTIES.has(name)) element.setAttribute(name, value);
      else if (name !== "value") element[name] = value;
      else if (element.value !== value && !isBeingTyped(element, node, told.heard)) {
        element.value = value;
      }
    }
    if (html !== undefined) element.innerHTML = html;
    else if (text !== undefined && !attributes.options && element.textContent !== text) {
      element.textContent = text;
    }
    node.attributes = attributes;
  }

  // an answer to the letter before last must not take the last letter away
  function isBeingTyped(element, node, heard) {
    const typing = waiting.has(node.key) || (node.sent || 0) > heard;
    return typing && element === element.getRootNode().activeElement;
  }

  function receive(told, buffers) {
    for (const [key, one] of Object.entries(told.nodes)) {
      let node = nodes.get(key);
      if (!node || node.tag !== one.tag) {
        node = { key, tag: one.tag, element: document.createElement(one.tag), attributes: {} };
        nodes.set(key, node);
        // a key pressed on a button, a choice or a scrolled table is no command of the notebook
        if (one.events.length || "tabindex" in one.attributes) {
          node.element.setAttribute("data-lm-suppress-shortcuts", "true");
        }
        for (const event of one.events) listen(node.element, key, event);
      }
      change(node.element, node, { ...one, heard: told.heard }, buffers);
    }
    for (const [key, one] of Object.entries(told.nodes)) {
      if (!one.children) continue;
      const parent = nodes.get(key).element;
      const wanted = one.children.map((child) => nodes.get(child).element);
      const kept = new Set(wanted);
      for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
      wanted.forEach((child, place) => {
        if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place]);
      });
    }
    for (const key of told.gone) nodes.delete(key);
    const root = nodes.get(told.root).element;
    if (root.parentElement !== el) el.replaceChildren(root);
    if (told.focus) nodes.get(told.focus)?.element.focus();
  }

  const onMessage = (told, buffers) => receive(told, buffers || []);
  model.on("msg:custom", onMessage);
  model.send({ key: "", event: "open", value: configured(), sent: 0 });
  return () => {
    model.off("msg:custom", onMessage);
    addresses.forEach((made) => URL.revokeObjectURL(made));
  };
}

export default { render };
