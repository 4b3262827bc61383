import{createHash as u}from"node:crypto";var a=r=>r.reduce((o,{cents:e,count:t})=>o+e*t,0);function c(r){
return r.split(`
`).map(o=>{let[e="",t="",n,i]=o.split(";");return{sku:e,group:t,
cents:Number(n),count:Number(i)}})}function m(r,o){let e=0;for(let t of o)t.group===r.group&&(e+=
t.count);return e>=r.atLeast}var s=class{#e;constructor(o){this.#e=o}best(o){let e=null;for(let t of this.#e)
t.percent<=(e?.percent??0)||t.conditions.every(n=>m(n,o))&&(e=
t);return e}price(o){let e=this.best(o),t=a(o)*(1-(e?.percent??
0)/100);return{cents:Math.round(t),because:e?.name??"no prom\
otion"}}};function I(r){let o=new s(r);return(e,t)=>{let n=c(e),i=o.price(
n);t.setHeader("etag",u("sha256").update(e).digest("hex").slice(
0,16)),t.end(JSON.stringify({...i,skus:n.map(({sku:p})=>p).sort()}))}}export{I as createApp};
//# sourceMappingURL=server.min.mjs.map
