'use strict';

function qualifies(grant, applicant) {
  for (const criterion of grant.criteria) {
    if (!criterion.isMetBy(applicant)) return false;
  }
  return true;
}

function findGrants(grants, applicant) {
  const found = [];
  for (const grant of grants) {
    if (qualifies(grant, applicant)) found.push(grant);
  }
  return found.sort((a, b) => b.euros - a.euros).slice(0, 5);
}

module.exports = { findGrants };
