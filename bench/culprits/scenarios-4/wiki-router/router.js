'use strict';

/** Whether a path has the words of a pattern: `:name` stands for any one. */
function fits(pattern, words) {
  if (pattern.length !== words.length) return false;
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== words[i] && pattern[i][0] !== ':') return false;
  }
  return true;
}

function createRouter() {
  const steps = [];

  function app(request, response) {
    const words = request.url.split('?')[0].split('/').slice(1);
    let at = 0;
    function next() {
      while (at < steps.length) {
        const { method, pattern, run } = steps[at++];
        if (method !== undefined && method !== request.method) continue;
        if (pattern !== undefined && !fits(pattern, words)) continue;
        run(request, response, next, words);
        return;
      }
      response.statusCode = 404;
      response.end('There is no such page.');
    }
    next();
  }

  app.use = (run) => steps.push({ run });
  app.on = (method, path, run) => steps.push({ method, pattern: path.split('/').slice(1), run });
  return app;
}

module.exports = { createRouter };
