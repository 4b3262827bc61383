/**
 * Preloaded into services: a package that is not found from a scenario's own folder is looked for among those of the
 * project, so that scenarios may lie anywhere.
 */
import { registerHooks } from 'node:module';

registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      if (/^(?:[./]|[a-z]+:)/.test(specifier)) throw error;
      return nextResolve(specifier, { ...context, parentURL: import.meta.url });
    }
  },
});
