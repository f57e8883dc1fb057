// Makes ../fsrs-vectors.txt.gz: random histories of answers and what ts-fsrs makes of them. The Go tests compare.
//
//   npm ci && npm run vectors
//
// A line "{...}" gives the parameters of the histories below it. Every other line is one history; an answer is
// rating,minutes-since-the-one-before,stability,difficulty,state,minutes-until-due; the first one counts its minutes
// from 2026-08-01 00:00 UTC. The same seed gives the same file.
import { writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { createEmptyCard, default_w, fsrs, generatorParameters } from "ts-fsrs";

// mulberry32
function chance(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const next = chance(20260824);
const below = (n) => Math.floor(next() * n);

// Each weight moved by up to a quarter: other learners.
const other = () => default_w.map((w) => Number((w * (0.75 + next() / 2)).toFixed(4)));

const parameters = [
  { retention: 0.9, maxDays: 1095, steps: [10], relearn: [10], weights: [...default_w] },
  { retention: 0.9, maxDays: 36500, steps: [1, 10], relearn: [10], weights: [...default_w] },
  { retention: 0.8, maxDays: 36500, steps: [], relearn: [], weights: other() },
  { retention: 0.95, maxDays: 365, steps: [5, 15, 60], relearn: [5, 30], weights: other() },
  { retention: 0.85, maxDays: 40, steps: [10], relearn: [], weights: other() },
  { retention: 0.9, maxDays: 1095, steps: [10], relearn: [10], weights: other() },
];

function gap(untilDue) {
  switch (below(6)) {
    case 0:
      return below(45); // minutes, within the steps
    case 1:
      return below(26 * 60); // hours, over midnight or not
    case 2:
      return 1440 * (1 + below(120)) + below(1440); // any time
    default:
      return Math.round(untilDue * (0.5 + next() * 1.5)); // about when it is due
  }
}

function history(f, length) {
  let at = Date.UTC(2026, 7, 1);
  let card = createEmptyCard(new Date(at));
  let untilDue = 0;
  const answers = [];
  for (let i = 0; i < length; i++) {
    const minutes = i === 0 ? below(1440) : gap(untilDue);
    at += minutes * 60000;
    const rating = [1, 2, 3, 3, 3, 3, 4][below(7)];
    card = f.next(card, new Date(at), rating).card;
    untilDue = (card.due.getTime() - at) / 60000;
    const round = (x) => Number(x.toFixed(7));
    answers.push([rating, minutes, round(card.stability), round(card.difficulty), card.state, untilDue].join(","));
  }
  return answers.join(" ");
}

const lines = [];
for (const p of parameters) {
  lines.push(JSON.stringify(p));
  const f = fsrs(
    generatorParameters({
      request_retention: p.retention,
      maximum_interval: p.maxDays,
      w: p.weights,
      enable_fuzz: false,
      enable_short_term: true,
      learning_steps: p.steps.map((m) => `${m}m`),
      relearning_steps: p.relearn.map((m) => `${m}m`),
    }),
  );
  for (let i = 0; i < 150; i++) {
    lines.push(history(f, 1 + below(27)));
  }
}
writeFileSync(new URL("../fsrs-vectors.txt.gz", import.meta.url), gzipSync(lines.join("\n") + "\n", { level: 9 }));
