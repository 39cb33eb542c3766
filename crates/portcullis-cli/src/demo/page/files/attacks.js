// The attacks: a button each, and what happened, step by step.

import { byId, element, show } from "./dom.js";
import { Player } from "./scenario.js";
import { marks } from "./way.js";

let table;
let running = false;

export function start(given, scenarios) {
  table = given;
  show("scenarios", scenarios.map(card));
  byId("run-all").addEventListener("click", () => all(scenarios));
}

function card(scenario) {
  return element("article", { className: "scenario panel", id: `scenario-${scenario.id}`, "aria-labelledby": `title-${scenario.id}` },
    element("h3", { id: `title-${scenario.id}` }, scenario.title),
    element("p", {}, scenario.about),
    element("button", { type: "button", onclick: () => one(scenario), "aria-describedby": `title-${scenario.id}` }, "Try it"),
    element("ol", { className: "steps", id: `steps-${scenario.id}` }),
    element("p", { className: "moral", id: `moral-${scenario.id}`, role: "status" }));
}

async function one(scenario) {
  if (running) return say("One at a time: another one is under way.");
  say(`${scenario.title}: under way.`);
  const held = await alone(() => play(scenario));
  return say(held ? `${scenario.title}: as promised.` : `${scenario.title}: not as promised.`);
}

async function all(scenarios) {
  if (running) return say("One at a time: another one is under way.");
  let broken = 0;
  await alone(async () => {
    for (const [nth, scenario] of scenarios.entries()) {
      say(`${nth + 1} of ${scenarios.length}: ${scenario.title}.`);
      broken += await play(scenario) ? 0 : 1;
    }
  });
  return say(broken === 0 ? `All ${scenarios.length} came out as promised.` : `${broken} of ${scenarios.length} did not come out as promised.`);
}

/** Whatever comes of it, the next one may run. */
async function alone(work) {
  running = true;
  try {
    return await work();
  } finally {
    running = false;
  }
}

/** Plays it whole, and tidies up whatever came of it. */
async function play(scenario) {
  const [article, list, moral] = ["scenario", "steps", "moral"].map((part) => byId(`${part}-${scenario.id}`));
  article.className = "scenario panel running";
  list.replaceChildren();
  moral.replaceChildren();
  const player = new Player(table);
  const held = await player.begin() && await steps(player, scenario.steps, list);
  const tidied = await steps(player, scenario.after ?? [], list);
  const good = held && tidied;
  article.className = `scenario panel ${good ? "held" : "broken"}`;
  moral.textContent = good ? scenario.moral : "This did not come out as promised.";
  return good;
}

/** To the end, or to the first step that did not come out as promised: what follows goes on from it. */
async function steps(player, steps, list) {
  for (const step of steps) {
    const line = element("li", { className: "waiting" }, element("span", {}, step.say));
    list.append(line);
    let came;
    try {
      came = await player.play(step);
    } catch (error) {
      came = { to: error.message, isAsPromised: false };
    }
    line.className = came.isAsPromised ? "held" : "broken";
    line.append(element("span", { className: "came" }, came.reply ? marks(came.reply) : null, element("code", {}, came.to),
      came.reply?.stopped ? element("small", {}, ` stopped at the ${came.reply.stopped}`) : null,
      came.isAsPromised ? null : element("small", {}, `promised: ${JSON.stringify(step.expect ?? step.do)}`)));
    if (!came.isAsPromised) return false;
  }
  return true;
}

function say(text) {
  byId("attacks-message").textContent = text;
}
