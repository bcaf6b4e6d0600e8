// What a reader's browser makes of a report. usage: browser_test.mjs EXAMPLE DIRECTORY, where EXAMPLE is the program that
// writes the example reports. Prints "skipped: …" where there is no browser or the build has no charts.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Browser, findChromium } from "./browser.mjs";

const [program, directory] = process.argv.slice(2);
const chromium = findChromium();
if (!chromium) {
  console.log("skipped: no Chromium on the PATH");
  process.exit(0);
}
mkdirSync(directory, { recursive: true });
if (execFileSync(program, [directory], { encoding: "utf8" }).trim() !== "charts") {
  console.log("skipped: this build has no interactive charts");
  process.exit(0);
}

const points = JSON.parse(readFileSync(join(directory, "example", "frontier.json"), "utf8")).points;
const report = (name) => pathToFileURL(join(directory, name, "report.html")).href;
const drawn = "document.documentElement.dataset.charts === 'drawn'";
// Vega gives each layer's group its name; balances are that layer's marks.
const balances = "document.querySelectorAll('#chart g.mark-symbol.balances_marks > path, #chart .balances_marks path')";
const boxOf = (marks, index) => `(() => { const box = ${marks}[${index}].getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()`;

async function opened(browser, name, options) {
  const page = await browser.page(options);
  await page.open(report(name));
  if (options.script !== false) assert.ok(await page.until(drawn), "the chart is drawn: " + page.problems.join("; "));
  return page;
}

function quiet(page, name) {
  assert.deepEqual(page.problems, [], "no error in the console");
  assert.deepEqual(page.requests.filter((url) => url !== report(name)), [], "no request but for the page itself");
  assert.deepEqual(page.dialogs, [], "no dialog");
}

const tests = {
  async "the points are there, in the chart and in the table"(browser) {
    const page = await opened(browser, "example", {});
    assert.equal(await page.evaluate(balances + ".length"), points.length);
    assert.equal(await page.evaluate("document.querySelectorAll('#points tbody tr').length"), points.length);
    assert.equal(await page.evaluate("getComputedStyle(document.getElementById('drawing')).display"), "none");
    quiet(page, "example");
  },

  async "a hover shows the point, and a click its row"(browser) {
    const page = await opened(browser, "example", {});
    await page.evaluate("document.getElementById('picture').scrollIntoView()");
    // A mark that no later one covers.
    const index = points.length - 1;
    const [x, y] = await page.evaluate(boxOf(balances, index));
    await page.mouse("mouseMoved", x, y);
    assert.ok(await page.until("!document.getElementById('tooltip').hidden", 5), "a tooltip appears");
    const text = await page.evaluate("document.getElementById('tooltip').textContent");
    assert.ok(text.includes(points[index].id) && text.includes("Error rate") && text.includes("["), text);
    await page.click(x, y);
    assert.ok(await page.until("document.querySelector('tr.chosen')", 5), "a row is chosen");
    assert.equal(await page.evaluate("document.querySelector('tr.chosen th').textContent"), points[index].id);
    await page.mouse("mouseMoved", 2, 2);
    assert.ok(await page.until("document.getElementById('tooltip').hidden", 5), "the tooltip goes away");
    quiet(page, "example");
  },

  async "the table sorts by keyboard, numbers as numbers"(browser) {
    const page = await opened(browser, "example", {});
    const column = "Array.from(document.querySelectorAll('#points tbody tr'), (row) => Number(row.cells[4].dataset.value))";
    const press = async (key, code) => {
      for (const type of ["keyDown", "keyUp"])
        await page.send("Input.dispatchKeyEvent", { type, key, code: key, windowsVirtualKeyCode: code, text: type === "keyDown" ? "\r" : undefined });
    };
    await page.evaluate("document.querySelectorAll('#points thead button')[4].focus()");
    await press("Enter", 13);
    const rising = await page.evaluate(column);
    assert.deepEqual(rising, [...rising].sort((a, b) => a - b));
    assert.equal(await page.evaluate("document.querySelectorAll('#points thead th')[4].getAttribute('aria-sort')"), "ascending");
    await press("Enter", 13);
    assert.deepEqual(await page.evaluate(column), rising.reverse());
    assert.equal(await page.evaluate("document.querySelectorAll('[aria-sort]').length"), 1);
    quiet(page, "example");
  },

  async "another axis draws the chart anew"(browser) {
    const page = await opened(browser, "example", {});
    const title = "Array.from(document.querySelectorAll('#chart .role-axis-title text'), (text) => text.textContent).join()";
    assert.ok((await page.evaluate(title)).includes("Gap of gender itself"));
    await page.evaluate("(() => { const select = document.querySelector('#controls select'); select.value = '0'; select.dispatchEvent(new Event('change')); })()");
    assert.ok(await page.until(title + ".includes('Log-loss, nats')", 10), await page.evaluate(title));
    assert.equal(await page.evaluate(balances + ".length"), points.length);
    quiet(page, "example");
  },

  async "hostile text stays text, and no dialog opens"(browser) {
    const page = await opened(browser, "hostile", {});
    assert.ok((await page.evaluate("document.querySelector('h1').textContent")).includes("<script>alert(1)</script>"));
    assert.ok((await page.evaluate("document.querySelector('#chart svg').textContent")).includes("<script>alert(1)</script>"));
    await page.evaluate("document.getElementById('picture').scrollIntoView()");
    const [x, y] = await page.evaluate(boxOf(balances, points.length - 1));
    await page.mouse("mouseMoved", x, y);
    assert.ok(await page.until("!document.getElementById('tooltip').hidden", 5), "a tooltip appears");
    assert.ok((await page.evaluate("document.getElementById('tooltip').textContent")).includes("<script>alert(1)</script>"));
    assert.equal(await page.evaluate("document.querySelectorAll('main script, main img, #tooltip script, #chart script').length"), 0);
    quiet(page, "hostile");
  },

  async "an injected script would not run"(browser) {
    const page = await opened(browser, "example", {});
    await page.evaluate("(() => { const script = document.createElement('script'); script.textContent = 'window.injected = true'; document.body.append(script); })()");
    assert.equal(await page.evaluate("window.injected === undefined"), true);
    assert.equal(page.problems.length, 1, "the policy's refusal is reported");
  },

  async "no page scrolls sideways, on a desktop or a phone"(browser) {
    for (const name of ["example", "wide", "hostile"]) {
      for (const width of [1280, 390]) {
        for (const scheme of ["light", "dark"]) {
          const page = await opened(browser, name, { width, scheme });
          const wide = await page.evaluate("document.documentElement.scrollWidth");
          assert.ok(wide <= width, `${name} at ${width}: ${wide} wide`);
          quiet(page, name);
        }
      }
    }
  },

  async "on a phone the licences are read whole, and a graph is scaled as far as it can be read"(browser) {
    const fits = (query) => `(() => { const frame = document.querySelector('${query}'); return frame.scrollWidth <= frame.clientWidth; })()`;
    const noted = "getComputedStyle(document.querySelector('#graph .scroll').previousElementSibling).display !== 'none'";
    const scale = "(() => { const svg = document.querySelector('svg.graph'); return svg.getBoundingClientRect().width / svg.viewBox.baseVal.width; })()";
    const page = await opened(browser, "example", { width: 390 });
    assert.ok(await page.evaluate(fits("#licences .scroll")), "licences");
    assert.ok(await page.evaluate(fits("#graph .scroll")), "a graph that is a little wider is scaled");
    assert.ok(!(await page.evaluate(noted)), "no note where all is in sight");
    const wide = await opened(browser, "wide", { width: 390 });
    assert.ok(await wide.evaluate(fits("#licences .scroll")), "licences with long bases");
    assert.ok((await wide.evaluate(scale)) > 0.63, "names can be read");
    assert.ok(!(await wide.evaluate(fits("#graph .scroll"))), "a graph that is much wider scrolls");
    assert.ok(await wide.until(noted, 5), "and says so");
    const desktop = await opened(browser, "wide", { width: 1280 });
    assert.ok(await desktop.evaluate(fits("#graph .scroll")), "on a desktop it is whole");
    assert.ok(!(await desktop.evaluate(noted)));
    quiet(wide, "wide");
  },

  async "knees are marked where fronts bend, and their labels do not collide"(browser) {
    const labels = "Array.from(document.querySelectorAll('#chart text')).filter((text) => text.textContent === 'knee').map((text) => { const box = text.getBoundingClientRect(); return [box.top, box.bottom]; }).sort((a, b) => a[0] - b[0])";
    const page = await opened(browser, "example", {});
    const [first, second] = await page.evaluate(labels);
    assert.ok(second[0] >= first[1], `${first} ${second}`);
    assert.ok(await page.evaluate("!document.getElementById('knee-about').hidden"));
    const wide = await opened(browser, "wide", {});
    assert.equal((await wide.evaluate(labels)).length, 1, "two balances do not bend");
    quiet(wide, "wide");
  },

  async "it prints, with every point and without controls"(browser) {
    const page = await opened(browser, "example", {});
    const pdf = await page.pdf();
    const pages = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length;
    assert.ok(pdf.length > 20000 && pages >= 3, `${pdf.length} bytes, ${pages} pages`);
    await page.send("Emulation.setEmulatedMedia", { media: "print" });
    const shown = (query) => page.evaluate(`getComputedStyle(document.querySelector('${query}')).display !== 'none'`);
    assert.ok(await shown("#drawing"));
    for (const query of ["#chart", "#controls", "nav"]) assert.ok(!(await shown(query)), query);
    assert.equal(await page.evaluate("document.querySelector('.tall').scrollHeight <= document.querySelector('.tall').clientHeight"), true);
    quiet(page, "example");
  },

  async "without scripts the drawing and the tables are there"(browser) {
    const page = await opened(browser, "example", { script: false });
    await page.send("Emulation.setScriptExecutionDisabled", { value: false });
    assert.equal(await page.evaluate("document.querySelectorAll('#drawing g.point').length"), points.length);
    assert.equal(await page.evaluate("document.querySelectorAll('button').length"), 0);
    quiet(page, "example");
  },
};

const browser = await Browser.start(chromium);
let failures = 0;
for (const [name, test] of Object.entries(tests)) {
  try {
    await test(browser);
    console.log("passed: " + name);
  } catch (failure) {
    failures += 1;
    console.log("FAILED: " + name + "\n" + failure.stack);
  }
}
await browser.close();
process.exit(failures === 0 ? 0 : 1);
