'use strict';

const { remainder } = require('./remainder.js');

/** Countries for which an account number with its check digits makes a valid IBAN. */
function plausibleCountries({ account, check }, countries) {
  const plausible = [];
  for (const country of countries) {
    if (country.length !== 0 && country.length < account.length) continue;
    if (remainder(`${account}${country.code}${check}`) === 1) plausible.push(country.code);
  }
  return plausible;
}

module.exports = { plausibleCountries };
