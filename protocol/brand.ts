declare const brand: unique symbol;

/** A plain value that only its parser may name, so that a raw string or number cannot pass for it. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
