'use strict';

const { contains, digitsOf } = require('./network.js');

/** Names who sent a flow: the first of the departments that has the network of its address. */
function createLabeller(departments) {
  return (address) => {
    const digits = digitsOf(address);
    const owner = departments.find(({ networks }) => networks.some((network) => contains(network, digits)));
    return owner?.name ?? 'visitor';
  };
}

module.exports = { createLabeller };
