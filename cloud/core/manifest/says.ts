/** Key of the 繁體中文 text beside a schema's own `description`. */
export const CHINESE = 'zh-TW';

/**
 * What a key of a manifest means, for people who write one. Editors, the reference of keys and the help read it from the
 * schema, so that it stands in one place.
 */
export type KeyHelp = { readonly description: string; readonly [CHINESE]: string };

/** One short clause in English and in 繁體中文; hand it to `.meta()` as the last call. */
export const says = (en: string, zh: string): KeyHelp => ({ description: en, [CHINESE]: zh });
