/** The locale of this page's dates and numbers, as the server has it: an English day is written as in Britain. */
export const customs = document.documentElement.dataset.customs || document.documentElement.lang;
