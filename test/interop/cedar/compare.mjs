// Compares answers of Banyan's policies with those of Cedar's own engine, as WebAssembly, question by question: the decision and
// which policies made it.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

const cedar = createRequire(import.meta.url)("@cedar-policy/cedar-wasm/nodejs");

// named splits the text with the reference parser and names each policy by its @id.
function named(text) {
  const parts = cedar.policySetTextToParts(text);
  if (parts.type !== "success") throw new Error("the reference does not read the policies: " + JSON.stringify(parts.errors));
  return Object.fromEntries(parts.policies.map((policy) => [policy.match(/@id\("([^"]+)"\)/)[1], policy]));
}

// load has the reference parse a set once.
function load(name, policies) {
  const read = cedar.preparsePolicySet(name, { staticPolicies: policies });
  if (read.type !== "success") throw new Error(JSON.stringify(read.errors));
}

function ask(question, set) {
  const { principal, action, resource, entities } = question;
  const got = cedar.statefulIsAuthorized({ principal, action, resource, context: {}, preparsedPolicySetId: set, entities });
  if (got.type !== "success") throw new Error(JSON.stringify(got.errors));
  const { decision, diagnostics } = got.response;
  if (diagnostics.errors.length > 0) throw new Error(JSON.stringify(diagnostics.errors));
  return { allow: decision === "allow", ids: [...diagnostics.reason].sort() };
}

const child = spawn(process.argv[2], process.argv.slice(3), { stdio: ["ignore", "pipe", "inherit"] });
const ended = new Promise((done) => child.on("exit", done));
let policies;
let asked = 0, allowed = 0, different = 0, caught = 0;
const met = new Set();
for await (const line of createInterface({ input: child.stdout })) {
  const it = JSON.parse(line);
  if (!policies) {
    policies = named(it.policies);
    // the same with one permit taken away must be seen to differ, or the comparison sees nothing
    const broken = { ...policies };
    delete broken[Object.keys(policies).find((id) => policies[id].includes("permit"))];
    load("all", policies);
    load("broken", broken);
    continue;
  }
  asked++;
  const want = JSON.stringify({ allow: it.allow, ids: it.ids });
  const got = ask(it, "all");
  if (got.allow) allowed++;
  got.ids.forEach((id) => met.add(id));
  if (JSON.stringify(got) !== want && different++ < 5) {
    console.log("differs:", JSON.stringify(it), "the reference says", JSON.stringify(got));
  }
  if (JSON.stringify(ask(it, "broken")) !== want) caught++;
}
const code = await ended;
const unmet = Object.keys(policies ?? {}).filter((id) => !met.has(id));
console.log(`cedar: ${asked} questions, ${allowed} allowed, ${different} answered differently by the reference; ` +
  `${met.size} of ${Object.keys(policies ?? {}).length} policies decided one; a policy taken away was seen ${caught} times`);
if (unmet.length > 0) console.log("never decided:", unmet.join(", "));
process.exit(code === 0 && asked > 0 && allowed > 0 && different === 0 && caught > 0 && unmet.length === 0 ? 0 : 1);
