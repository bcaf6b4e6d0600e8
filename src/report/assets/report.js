// The report's interactive parts: the table sorts, the picture answers. Without this script the page is complete.
"use strict";
(function () {
  const data = JSON.parse(document.getElementById("data").textContent);
  const table = document.getElementById("points");
  let view = null, marked = new Map();

  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  // Spans become buttons only where a script stands behind them.
  function asButton(span) {
    const button = element("button", { type: "button", className: span.className, textContent: span.textContent });
    Object.assign(button.dataset, span.dataset);
    span.replaceWith(button);
    return button;
  }

  function compare(a, b) {
    const x = Number(a), y = Number(b);
    if (a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    return a.localeCompare(b, "en", { numeric: true });
  }

  function sortBy(head) {
    const ascending = head.getAttribute("aria-sort") !== "ascending";
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const key = (row) => row.cells[head.cellIndex].dataset.value;
    const rows = Array.from(table.tBodies[0].rows);
    rows.sort((a, b) => compare(key(a), key(b)) * (ascending ? 1 : -1));
    table.tBodies[0].append(...rows);
  }

  function choose(index, scroll) {
    for (const row of table.querySelectorAll("tr.chosen")) row.classList.remove("chosen");
    const row = document.getElementById("point-" + index);
    row.classList.add("chosen");
    if (scroll) {
      const frame = table.parentNode, behaviour = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
      frame.scrollTo({ top: row.offsetTop - frame.clientHeight / 2, behavior: behaviour });
      row.querySelector("button").focus({ preventScroll: true });
    }
    if (view) view.signal("chosen", index).runAsync();
  }

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  // The knees that the picture marks: where fewer than three balances of a front differ in it, nothing bends. Of two,
  // the upper one's label is above to the right and the lower one's below to the left, where a front leaves room.
  function markKnees(across, up) {
    const differing = (arm) => new Set(data.points.filter((point) => point.arm === arm && !point.dominated).map((point) => point.values[across][0] + " " + point.values[up][0])).size;
    const knees = data.points.map((point, index) => ({ index, height: point.values[up][0] })).filter(({ index }) => data.points[index].knee && differing(data.points[index].arm) >= 3);
    knees.sort((a, b) => b.height - a.height);
    const places = new Map(knees.map(({ index }, i) => [index, i === 0 ? "above" : i + 1 === knees.length ? "below" : "beside"]));
    document.getElementById("knee-about").hidden = places.size === 0;
    return places;
  }

  // Every field is named here and every text of the data is a value, never a part of an expression.
  function specification(across, up) {
    marked = markKnees(across, up);
    const values = data.points.map((point, index) => {
      const [x, xLow, xHigh] = point.values[across], [y, yLow, yHigh] = point.values[up];
      return { index, arm: point.arm, dominated: point.dominated, knee: marked.get(index) ?? "", x, xLow, xHigh, y, yLow, yHigh };
    });
    const axis = (objective, more) => ({
      title: objective.label + (objective.percent || !objective.unit ? "" : ", " + objective.unit),
      format: objective.percent ? "~%" : "~g", tickCount: 6, ...more,
    });
    const title = (of) => [].concat(axis(data.objectives[of], {}).title);
    const position = (name, of, more) => ({ field: name, type: "quantitative", scale: { zero: false, nice: false, padding: 14 }, axis: { ...axis(data.objectives[of], more), title: title(of) } });
    const arms = data.arms.map((_, index) => index), shapes = ["circle", "triangle-up", "square", "diamond"];
    const armColour = { field: "arm", type: "nominal", legend: null, scale: { domain: arms, range: arms.map((arm) => colour("--arm-" + (arm % 4))) } };
    const faded = (full, less) => ({ condition: { test: "datum.dominated", value: less }, value: full });
    const bar = (x, y, ends) => ({
      mark: { type: "rule", strokeWidth: 1 },
      encoding: { x: position(x, across), y: position(y, up), ...ends, color: armColour, opacity: { condition: [{ test: "datum.index === chosen", value: 1 }, { test: "datum.dominated", value: 0.12 }], value: 0.38 } },
    });
    const shift = { above: { dx: 13, dy: -9, align: "left" }, beside: { dx: 15, dy: 1, align: "left" }, below: { dx: -13, dy: 11, align: "right" } };
    const knee = (place) => [
      { type: "point", shape: "circle", size: 330, strokeWidth: 1.5, color: colour("--ink"), fill: "transparent", tooltip: null },
      { type: "text", text: "knee", ...shift[place], color: colour("--ink"), fontWeight: 600, fontSize: 13 },
    ].map((mark) => ({ transform: [{ filter: `datum.knee === '${place}'` }], mark, encoding: { x: position("x", across), y: position("y", up) } }));
    return {
      $schema: "https://vega.github.io/schema/vega-lite/v6.json",
      width: "container", height: 400, autosize: { type: "fit", contains: "padding" },
      description: data.objectives[up].label + " against " + data.objectives[across].label + ", one mark a balance",
      data: { values },
      params: [{ name: "chosen", value: -1 }],
      layer: [
        bar("xLow", "y", { x2: { field: "xHigh" } }),
        bar("x", "yLow", { y2: { field: "yHigh" } }),
        ...[...new Set(marked.values())].flatMap(knee),
        {
          name: "balances",
          mark: { type: "point", filled: true, strokeWidth: 1, cursor: "pointer" },
          encoding: {
            x: position("x", across), y: position("y", up),
            fill: armColour, stroke: { condition: { test: "datum.index === chosen", value: colour("--ink") }, value: colour("--paper") },
            shape: { field: "arm", type: "nominal", legend: null, scale: { domain: arms, range: arms.map((arm) => shapes[arm % 4]) } },
            size: { condition: { test: "datum.index === chosen", value: 190 }, value: 85 },
            opacity: faded(1, 0.28), tooltip: { field: "index", type: "quantitative" },
          },
        },
      ],
      config: {
        background: "transparent", font: "system-ui, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif", view: { stroke: null },
        axis: { labelColor: colour("--soft"), titleColor: colour("--ink"), gridColor: colour("--rule"), domain: false, ticks: false, labelFontSize: 12, titleFontSize: 13, titleFontWeight: 600, titlePadding: 12, labelPadding: 6, titleLimit: 600 },
      },
    };
  }

  const tooltip = element("div", { id: "tooltip", hidden: true });
  tooltip.setAttribute("role", "tooltip");

  function showTooltip(_, event, item, value) {
    const index = item && item.datum && item.datum.index;
    tooltip.hidden = value === null || value === undefined || value === "" || index === undefined;
    if (tooltip.hidden) return;
    const point = data.points[index];
    tooltip.replaceChildren(
      element("b", { textContent: point.id + " · " + data.arms[point.arm] + (marked.has(index) ? " · knee" : point.dominated ? " · dominated" : "") }),
      ...point.texts.map((text, i) => element("div", {}, element("span", { textContent: data.objectives[i].label }), text)),
      ...(point.settings ? [element("span", { textContent: point.settings })] : []));
    const box = tooltip.getBoundingClientRect(), room = 14;
    const left = event.clientX + room + box.width > innerWidth ? event.clientX - room - box.width : event.clientX + room;
    const top = event.clientY + room + box.height > innerHeight ? event.clientY - room - box.height : event.clientY + room;
    tooltip.style.left = Math.max(4, Math.min(left, innerWidth - box.width - 4)) + "px";
    tooltip.style.top = Math.max(4, top) + "px";
  }

  const chart = document.getElementById("chart"), drawing = document.getElementById("drawing");
  let across = data.across, up = data.up;

  async function draw() {
    chart.hidden = false;
    try {
      if (view) view.finalize();
      const embedded = await vegaEmbed(chart, specification(across, up), {
        renderer: "svg", actions: false, defaultStyle: false, ast: true, expr: vegaInterpreter, tooltip: showTooltip,
      });
      view = embedded.view;
      view.addEventListener("click", (_, item) => {
        if (item && item.datum && item.datum.index !== undefined) choose(item.datum.index, true);
      });
      drawing.hidden = true;
      document.documentElement.dataset.charts = "drawn";
    } catch (failure) {
      chart.hidden = true;
      drawing.hidden = false;
      console.error(failure);
    }
  }

  function axisControl(text, current, change) {
    const select = element("select", {}, ...data.objectives.map((objective, index) => element("option", { value: String(index), textContent: objective.label, selected: index === current })));
    select.addEventListener("change", () => { change(Number(select.value)); draw(); });
    return element("label", {}, text, select);
  }

  // What is cut off says so, since a phone shows no scroll bars.
  for (const frame of document.querySelectorAll(".scroll")) {
    const note = element("p", { className: "sideways", hidden: true, textContent: "This is wider than the page: move it sideways to see the rest." });
    frame.before(note);
    new ResizeObserver(() => { note.hidden = frame.scrollWidth <= frame.clientWidth + 1; }).observe(frame);
  }

  if (table) {
    for (const span of table.querySelectorAll("span.sort")) {
      const button = asButton(span);
      button.addEventListener("click", () => sortBy(button.closest("th")));
    }
    for (const span of table.querySelectorAll("span.pick")) {
      const button = asButton(span);
      button.addEventListener("click", () => choose(Number(button.dataset.point), false));
    }
  }
  if (table && chart && typeof vegaEmbed === "function") {
    document.body.append(tooltip);
    if (data.objectives.length > 2) {
      const controls = document.getElementById("controls");
      controls.append(axisControl("Across", across, (to) => { across = to; }), axisControl("Up", up, (to) => { up = to; }));
      controls.hidden = false;
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    draw();
  }
})();
