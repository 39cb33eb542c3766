// The page: reads what there is, and starts its parts.

import * as attacks from "./attacks.js";
import * as calls from "./calls.js";
import * as matrix from "./matrix.js";
import * as mint from "./mint.js";
import * as state from "./state.js";
import { read } from "./wire.js";

const [table, scenarios] = await Promise.all([read("/demo/table"), read("/scenarios.json")]);
mint.start(table);
calls.start(table);
attacks.start(table, scenarios);
matrix.start(table);
state.start();
await state.look();
document.querySelectorAll("main, nav, #state").forEach((part) => { part.hidden = false; });
document.documentElement.dataset.ready = "yes";
