// The texts of operations, as Vite imports them.
declare module '*.graphql?raw' {
  const text: string;
  export default text;
}
