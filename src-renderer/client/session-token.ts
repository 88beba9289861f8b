// Where the session token is kept between reloads: this tab only. The demo hands one over in the address, once.
const KEY = 'healthsense.session';

export function readToken(): string | null {
  return window.sessionStorage.getItem(KEY);
}

function keepToken(token: string | null): void {
  if (token === null) window.sessionStorage.removeItem(KEY);
  else window.sessionStorage.setItem(KEY, token);
}

/** Takes `#session=TOKEN` out of the address, so that it is neither bookmarked nor seen over a shoulder. */
export function takeTokenFromAddress(): void {
  const match = /^#session=([^&]+)/.exec(window.location.hash);
  if (match?.[1] === undefined) return;
  keepToken(decodeURIComponent(match[1]));
  window.history.replaceState(null, '', `${window.location.pathname}${window.location.search}#/`);
}

/** The two verbs above as the stores take them. */
export const tokenKeeper = { read: readToken, keep: keepToken } as const;
