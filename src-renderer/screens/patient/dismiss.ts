// What every message of this screen gives its close button: a name that can be heard.
export const DISMISS = { closeButtonProps: { 'aria-label': 'Dismiss this message' } } as const;
