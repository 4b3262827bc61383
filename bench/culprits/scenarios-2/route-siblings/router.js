import { sameSegment } from './text.js';

class RouteNode {
  constructor(segment) {
    this.segment = segment;
    this.children = [];
    this.handler = null;
  }
}

export class Router {
  #root = new RouteNode('');

  add(path, handler) {
    let node = this.#root;
    for (const segment of path.split('/').filter(Boolean)) {
      let child = node.children.find((one) => one.segment === segment);
      if (child === undefined) node.children.push((child = new RouteNode(segment)));
      node = child;
    }
    node.handler = handler;
  }

  #child(node, segment) {
    for (const child of node.children) {
      if (child.segment === '*' || sameSegment(child.segment, segment)) return child;
    }
    return null;
  }

  find(path) {
    let node = this.#root;
    for (const segment of path.split('/')) {
      if (segment === '') continue;
      node = this.#child(node, segment);
      if (node === null) return null;
    }
    return node.handler;
  }
}
