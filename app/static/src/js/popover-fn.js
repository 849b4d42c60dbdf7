/** The polyfill of popovers, which elements/popovers.js asks for where they are missing. */
export { apply } from "@oddbird/popover-polyfill/fn";
