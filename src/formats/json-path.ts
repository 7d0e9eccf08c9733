/**
 * How a field of a record is named: by the name of a member, or by a path into objects whose parts are joined by dots (`meta.url`). A member that has the
 * whole name, dots and all, comes before the path, at every level: of {"a.b":1,"a":{"b":2}} the field `a.b` is 1. Paths go into objects, not into arrays.
 */

/** What stands at a field of a value that was parsed; undefined where nothing does. */
export function valueAt(value: unknown, name: string): unknown {
  let at = value;
  for (let rest = name; ; ) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return undefined;
    const members = at as Readonly<Record<string, unknown>>; // an object that is no array
    if (Object.hasOwn(members, rest)) return members[rest];
    const dot = rest.indexOf('.');
    if (dot < 0 || !Object.hasOwn(members, rest.slice(0, dot))) return undefined;
    at = members[rest.slice(0, dot)];
    rest = rest.slice(dot + 1);
  }
}
