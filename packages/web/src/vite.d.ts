declare module 'virtual:report.css'
declare module '*.css'
declare module 'linkedom/worker' {
  export { parseHTML } from 'linkedom'
}
declare module '*?raw' {
  const text: string
  export default text
}
declare module '*.webp' {
  const address: string
  export default address
}
