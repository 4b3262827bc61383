/**
 * Does the same work again and again, most of it in helpers that V8 inlines, and says in JSON lines how often it did
 * so and how much CPU that took. Plain JavaScript for Node 18 and newer. It rests for a third of the time.
 */
function weigh(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += price(i) * 3;
  return sum;
}

function price(i) {
  return (i * 7919) % 1013;
}

function handle() {
  let all = 0;
  for (let i = 0; i < 40; i++) all += weigh(500 + i);
  return all;
}

let done = 0;
let kept = 0;
function work() {
  const until = performance.now() + 6;
  while (performance.now() < until) {
    kept = (kept + handle()) | 0;
    done++;
  }
  setTimeout(work, 3);
}

let used = process.cpuUsage();
setInterval(() => {
  const { user, system } = process.cpuUsage(used);
  used = process.cpuUsage();
  process.stdout.write(`${JSON.stringify({ done, cpuMs: (user + system) / 1000, at: Date.now(), kept: kept & 1 })}\n`);
  done = 0;
}, 500);
work();
