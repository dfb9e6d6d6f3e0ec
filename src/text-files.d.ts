// Unit files and scripts are imported as text: by esbuild's text loader, and by a plugin in vitest.config.ts.
declare module "*.service" {
  const text: string;
  export default text;
}
declare module "*.sh" {
  const text: string;
  export default text;
}
