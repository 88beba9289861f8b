// A button under the pointer may become another's between the two presses of a double click.

/** False for the second press of a double click: it was not meant for what has come there meanwhile. */
export const isOnePress = ({ detail }: { readonly detail: number }): boolean => detail < 2;
