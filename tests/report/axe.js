// SPDX-License-Identifier: GPL-2.0-or-later
// Looks at a page in Chromium, in light and in dark: what axe-core finds, what the page asks for, pictures, and a PDF.
//
//   node axe.js CHROMIUM PAGE FOLDER        prints JSON; modules are those of NODE_PATH
"use strict";
const fs = require("fs");
const puppeteer = require("puppeteer-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [, , chromium, path, folder] = process.argv;
const flags = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--hide-scrollbars",
].concat(process.getuid() === 0 ? ["--no-sandbox"] : []);

async function look(page, scheme) {
    await page.emulateMediaFeatures([{name: "prefers-color-scheme", value: scheme}]);
    await page.screenshot({path: `${folder}/${scheme}.png`, fullPage: true});
    await page.evaluate(axe); // not as a script of the page, whose policy allows none
    const found = await page.evaluate(async () => {
        document.querySelectorAll("details").forEach((details) => { details.open = true; });
        return axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]});
    });
    return {
        violations: found.violations.map((one) => [one.id, one.nodes.length, one.nodes[0].html.slice(0, 200)]),
        passes: found.passes.length,
        ground: await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor),
    };
}

(async () => {
    const browser = await puppeteer.launch({executablePath: chromium, headless: true, args: flags, userDataDir: `${folder}/profile`});
    const page = await browser.newPage();
    const requests = [];
    const said = [];

    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => said.push(message.text()));
    await page.setViewport({width: 1100, height: 900});
    await page.goto(`file://${path}`, {waitUntil: "networkidle0"});
    const asked = requests.slice();
    const light = await look(page, "light");
    const dark = await look(page, "dark");
    await page.setViewport({width: 390, height: 800});
    const narrow = await page.evaluate(() => document.documentElement.scrollWidth);
    await page.keyboard.press("Tab");
    const first = await page.evaluate(() => document.activeElement.className);
    await page.pdf({path: `${folder}/page.pdf`, format: "A4"});
    await browser.close();
    console.log(JSON.stringify({requests: asked, said, light, dark, narrow, first}));
})().catch((error) => { console.error(error); process.exit(1); });
