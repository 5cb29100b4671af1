/**
 * Whom a page believes to be signed in, on what it asks to change. All tabs of a browser share one cookie: without this
 * a page would act for whoever signed in last in another tab.
 */
export const ACTING_AS_HEADER = 'x-acting-as';
