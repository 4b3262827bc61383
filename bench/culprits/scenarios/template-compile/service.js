// Invoices from a Handlebars template. FAULT: the template is compiled anew for each invoice.
import Handlebars from 'handlebars';
import { serveUnderLoad } from '../../support/load.js';

const fault = process.env.FAULT === '1';
const source = `<h1>{{title}}</h1>{{#each items}}<tr><td>{{name}}</td><td>{{#if paid}}yes{{else}}no{{/if}}</td><td>{{price}}</td></tr>{{/each}}
{{#with customer}}<p>{{first}} {{last}}, {{address.street}} {{address.city}}</p>{{/with}}`;
const compiled = Handlebars.compile(source);

function templateFor() {
  return fault ? Handlebars.compile(source) : compiled;
}

function renderInvoice(order) {
  return templateFor()(order);
}

const order = {
  title: 'Invoice & terms',
  items: Array.from({ length: 60 }, (_, i) => ({ name: `Item <${i}>`, paid: i % 2, price: i * 3 })),
  customer: { first: 'Ada', last: 'King', address: { street: '1 Road', city: 'London' } },
};

function answer(body, response) {
  response.end(renderInvoice(JSON.parse(body)));
}

serveUnderLoad({
  rate: 200,
  nextBody: () => JSON.stringify(order),
  handler: answer,
});
