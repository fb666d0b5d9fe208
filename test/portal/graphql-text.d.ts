// The texts of operations, as Vite imports them.
declare module '*.graphql?raw' {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: that is how Vite exports it.
  export default text;
}
