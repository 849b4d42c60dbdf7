/** Menus and sheets in browsers that do not know the attribute popover. The layer is the lowest one of css/app.css. */
if (!("popover" in HTMLElement.prototype)) {
  void import("../popover-fn.js").then(({ apply }) => apply({ layerName: "reset" }));
}
