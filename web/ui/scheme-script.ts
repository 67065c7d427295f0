export const SCHEME_KEY = 'cooly.scheme'
export const SCHEME_EVENT = 'cooly:scheme'

/**
 * Runs in the head before anything is drawn, so that a dark page never flashes light, and keeps following
 * the system for as long as the person has chosen nothing. It is text because it must not wait for a file.
 */
export const schemeScript = `(()=>{
const dark=matchMedia('(prefers-color-scheme: dark)');
const apply=()=>{let scheme=null;try{scheme=localStorage.getItem('${SCHEME_KEY}')}catch{}
document.documentElement.setAttribute('data-mantine-color-scheme',scheme==='light'||scheme==='dark'?scheme:dark.matches?'dark':'light')};
apply();dark.addEventListener('change',apply);addEventListener('storage',apply);addEventListener('${SCHEME_EVENT}',apply)})()`
