// What pages do beyond being read: charts are drawn, filters apply at once, new data comes in.
// Everything here works without it, as plain links, forms and tables.
(() => {
  "use strict";

  const POLL_MS = 20000;
  const SEARCHED_FROM = 9;
  const LONG_CHARACTERS = 1500;
  const root = document.documentElement;
  const main = () => document.getElementById("main");
  let views = [];
  let drawing = 0;
  let asking = null;
  let shown = location.pathname + location.search;

  async function draw() {
    const mine = ++drawing;
    const charts = [...document.querySelectorAll("script[data-chart]")].map((script) => {
      const specification = JSON.parse(script.textContent);
      const grows = specification.height === "container";
      return { place: document.getElementById(script.dataset.chart), specification, grows };
    });
    for (const { place, grows } of charts) place.classList.add(grows ? "grows" : "pending");
    // Charts that fill their place come last: how high it is follows from what stands beside them.
    charts.sort((one, other) => one.grows - other.grows);
    for (const { place, specification } of charts) {
      if (mine !== drawing) return;
      // The place says in one sentence what the chart shows; its marks say nothing more to who listens.
      const canvas = document.createElement("div");
      canvas.setAttribute("aria-hidden", "true");
      place.replaceChildren(canvas);
      const result = await vegaEmbed(canvas, specification, {
        ast: true,
        actions: false,
        defaultStyle: false,
        renderer: "svg",
        tooltip: { disableDefaultStyle: true },
      });
      place.classList.remove("pending");
      place.dataset.drawn = "true";
      views.push(result);
    }
    root.dataset.drawn = "true";
  }

  function forget() {
    for (const view of views) view.finalize();
    views = [];
    delete root.dataset.drawn;
    document.getElementById("vg-tooltip-element")?.remove();
  }

  // What the reader has open, typed and scrolled to, so that new content does not take it away.
  function remember() {
    return {
      open: [...document.querySelectorAll("#filters details[open], .data[open]")].map((one) => one.id),
      scrolled: [...document.querySelectorAll("#filters .options")].map((one) => one.scrollTop),
      searched: [...document.querySelectorAll("#filters .picker")].map((one) => one.querySelector("input[type=search]")?.value ?? ""),
      focus: placeOf(document.activeElement),
    };
  }

  // Where an element stands, so that its successor is found: by its id, or by its number among its like
  // within what has one.
  function placeOf(element) {
    const known = element?.closest("[id]");
    if (!known || known === element) return { id: known?.id };
    const like = element.localName;
    return { id: known.id, like, number: [...known.querySelectorAll(like)].indexOf(element) };
  }

  function elementAt({ id, like, number }) {
    const known = id && document.getElementById(id);
    return like && known ? known.querySelectorAll(like)[number] : known;
  }

  function recall(known) {
    for (const id of known.open) document.getElementById(id)?.setAttribute("open", "");
    document.querySelectorAll("#filters .picker").forEach((picker, place) => {
      const search = picker.querySelector("input[type=search]");
      if (search && known.searched[place]) {
        search.value = known.searched[place];
        search.dispatchEvent(new Event("input"));
      }
    });
    document.querySelectorAll("#filters .options").forEach((options, place) => {
      options.scrollTop = known.scrolled[place] ?? 0;
    });
    elementAt(known.focus)?.focus({ preventScroll: true });
  }

  async function show(address, { push = false, quiet = false } = {}) {
    asking?.abort();
    asking = new AbortController();
    root.classList.toggle("busy", !quiet);
    try {
      const answer = await fetch(address, { headers: { accept: "text/html" }, signal: asking.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const next = new DOMParser().parseFromString(await answer.text(), "text/html");
      const known = remember();
      forget();
      main().replaceWith(document.adoptNode(next.getElementById("main")));
      document.getElementById("navigation").replaceWith(document.adoptNode(next.getElementById("navigation")));
      document.title = next.title;
      shown = address;
      if (push) history.pushState(null, "", address);
      prepare();
      recall(known);
      const range = document.querySelector("#picker-dates b")?.textContent ?? "";
      const chips = [...document.querySelectorAll(".chips li a:not(.clear)")].map((chip) => chip.textContent.replace(/×.*$/, ""));
      document.getElementById("announcer").textContent =
        `${quiet ? "new data: " : ""}${document.querySelector("h1").textContent}, ${[range, ...chips].filter(Boolean).join(", ")}`;
      await draw();
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!quiet) location.assign(address);
    } finally {
      root.classList.remove("busy");
    }
  }

  function address(form) {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
    if (query.has("from") || query.has("to")) query.delete("last");
    const text = query.toString();
    return form.getAttribute("action") + (text ? `?${text}` : "");
  }

  // Long lists of values get a field to search them.
  function searchable(picker) {
    const labels = [...picker.querySelectorAll(".options label")];
    if (labels.length < SEARCHED_FROM) return;
    const search = document.createElement("input");
    search.type = "search";
    search.id = `${picker.id}-search`;
    search.placeholder = "Search";
    search.setAttribute("aria-label", `Search ${picker.querySelector("legend").textContent}`);
    search.addEventListener("input", () => {
      const wanted = search.value.toLowerCase();
      for (const label of labels) label.hidden = !label.textContent.toLowerCase().includes(wanted);
    });
    picker.querySelector(".pop").prepend(search);
  }

  // What a form leaves empty stays out of the address, and the whole of it where something in it is long.
  function asks(form) {
    form.addEventListener("submit", () => {
      const values = [...form.elements].map((one) => one.value?.length ?? 0);
      if (Math.max(...values) > LONG_CHARACTERS) form.method = "post";
    });
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
    });
  }

  function prepare() {
    const form = document.getElementById("filters");
    form?.querySelectorAll(".picker").forEach(searchable);
    form?.addEventListener("change", (event) => {
      if (event.target.type === "checkbox") show(address(form), { push: true });
    });
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      show(address(form), { push: true });
    });
    for (const asked of document.querySelectorAll("form[data-asks]")) asks(asked);
    document.querySelector("#navigation [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  function closeOthers(kept) {
    for (const open of document.querySelectorAll(".picker[open], .more[open]")) {
      if (!open.contains(kept)) open.removeAttribute("open");
    }
  }

  document.addEventListener("click", (event) => {
    closeOthers(event.target);
    const link = event.target.closest?.("a[data-live]");
    if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show(link.getAttribute("href"), { push: true });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = document.activeElement?.closest?.(".picker[open], .more[open]");
    closeOthers(null);
    open?.querySelector("summary").focus();
  });
  window.addEventListener("popstate", () => {
    const wanted = location.pathname + location.search;
    if (wanted !== shown) show(wanted);  // a step within the page, as to its content, asks for nothing
  });

  async function look() {
    if (document.visibilityState === "visible" && !asking?.signal.aborted) {
      try {
        const answer = await fetch("/api/version");
        const told = await answer.json();
        const { version, deployments } = main().dataset;  // a page that somebody is filling in tells none
        const isOld = version && (String(told.version) !== version || (deployments ?? told.deployments) !== told.deployments);
        if (isOld) await show(location.pathname + location.search, { quiet: true });
      } catch {
        // The server is away; the page stays as it is, and asks again.
      }
    }
    setTimeout(look, POLL_MS);
  }

  function themes() {
    const button = document.getElementById("theme");
    const order = ["system", "light", "dark"];
    const now = () => root.dataset.theme ?? "system";
    const tell = () => {
      button.textContent = `Theme: ${now()}`;
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = order[(order.indexOf(now()) + 1) % order.length];
      if (next === "system") delete root.dataset.theme;
      else root.dataset.theme = next;
      document.cookie = `theme=${next}; path=/; max-age=${next === "system" ? 0 : 31536000}; samesite=lax`;
      tell();
    });
    tell();
  }

  themes();
  prepare();
  draw();
  setTimeout(look, POLL_MS);
})();
