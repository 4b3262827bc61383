'use strict';

/** The 32 digits of an IPv6 address, or those of the first bits of it. */
const digitsOf = (address, bits = 128) =>
  address
    .split(':')
    .map((group) => group.padStart(4, '0'))
    .join('')
    .slice(0, bits / 4);

function networkOf(text) {
  const [address, bits] = text.split('/');
  return { digits: digitsOf(address, Number(bits)) };
}

/** Whether an address begins with the digits of a network. */
function contains(network, digits) {
  for (let i = 0; i < network.digits.length; i++) {
    if (digits.charCodeAt(i) !== network.digits.charCodeAt(i)) return false;
  }
  return true;
}

module.exports = { contains, digitsOf, networkOf };
