/** Where the API is: under our own origin, or, where the client was built so, at an origin of its own. */

const APART = import.meta.env.VIGOR_API_ADDRESS ?? '';

/** Whether the API has an origin of its own: no cookie reaches it then, and we speak to it as native clients do. */
export const isApart = APART !== '';

/** What stands before `/api`. */
export const API_ADDRESS = isApart ? APART : globalThis.location.origin;
