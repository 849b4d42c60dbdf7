/** What the network and the map use of d3, which comes without types. */
declare module "d3-selection" {
  export interface Selection<Kind extends Element> {
    call<Rest extends unknown[]>(act: (selection: Selection<Kind>, ...rest: Rest) => void, ...rest: Rest): this;
    on(event: string, listener: null): this;
  }

  export function select<Kind extends Element>(element: Kind): Selection<Kind>;
}

declare module "d3-zoom" {
  import type { Selection } from "d3-selection";

  export interface ZoomTransform {
    readonly k: number;
    readonly x: number;
    readonly y: number;
    apply(point: [number, number]): [number, number];
    invert(point: [number, number]): [number, number];
  }

  export interface Zoom<Kind extends Element> {
    (selection: Selection<Kind>): void;
    filter(fits: (event: MouseEvent | WheelEvent | TouchEvent) => boolean): this;
    extent(extent: [[number, number], [number, number]]): this;
    translateExtent(extent: [[number, number], [number, number]]): this;
    scaleExtent(extent: [number, number]): this;
    on(event: string, listener: (event: { transform: ZoomTransform }) => void): this;
    scaleTo(this: void, selection: Selection<Kind>, scale: number): void;
    scaleBy(this: void, selection: Selection<Kind>, factor: number): void;
    translateBy(this: void, selection: Selection<Kind>, x: number, y: number): void;
    translateTo(this: void, selection: Selection<Kind>, x: number, y: number): void;
  }

  export const zoomIdentity: ZoomTransform;
  export function zoom<Kind extends Element>(): Zoom<Kind>;
}
