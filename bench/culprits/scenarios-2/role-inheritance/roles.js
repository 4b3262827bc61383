/** Roles inherit from one another; a document names the role that may read it. */
class Role {
  constructor(name, parent) {
    this.name = name;
    this.parent = parent;
  }
}

export class RoleTree {
  #roles = new Map();

  add(name, parentName) {
    const role = new Role(name, this.#roles.get(parentName) ?? null);
    this.#roles.set(name, role);
    return role;
  }

  get(name) {
    return this.#roles.get(name);
  }

  covers(role, wanted) {
    for (let at = role; at !== null; at = at.parent) {
      if (at === wanted) return true;
    }
    return false;
  }

  readable(user, documents) {
    const role = this.get(user.role);
    const found = [];
    for (const document of documents) {
      if (document.archived) continue;
      const allowed = document.owner === user.id || this.covers(role, this.get(document.role));
      if (allowed) found.push(document);
    }
    return found;
  }
}
