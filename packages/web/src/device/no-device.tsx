import type { Missing } from './find-device.ts'

const titles: Record<Missing, string> = {
  insecure: 'This address is not secure, so the browser hides the GPU',
  'no-webgpu': 'This browser has no WebGPU',
  'no-adapter': 'The browser has WebGPU, but offers no GPU to it',
}

interface Props {
  why: Missing
  message?: string
  /** what does the same in a terminal, if something does */
  command?: string
  /** whether something recorded is shown below */
  recorded: boolean
}

/** Why nothing can be computed here, and what to do about it. */
export function NoDevice({ why, message, command, recorded }: Props) {
  return (
    <section class="card problem" aria-labelledby="no-device">
      <h2 id="no-device">{titles[why]}</h2>
      {why === 'insecure' && (
        <p>
          Browsers allow WebGPU only on <code>https://</code> addresses and on <code>localhost</code>. Open this page
          over https, or serve it on the machine you sit at.
        </p>
      )}
      {why === 'no-webgpu' && (
        <>
          <p>WebGPU is how a page computes on the graphics processor. It is on by default in:</p>
          <ul>
            <li>Chrome and Edge from version 113 (Windows, macOS, ChromeOS) and 121 (Android)</li>
            <li>Safari from version 26 (macOS, iOS, iPadOS)</li>
            <li>Firefox from version 141 (Windows) and 145 (macOS on Apple silicon)</li>
          </ul>
          <p>
            On Linux, start Chrome with <code>--enable-unsafe-webgpu --enable-features=Vulkan</code>.
          </p>
        </>
      )}
      {why === 'no-adapter' && (
        <>
          <p>
            The usual reasons: graphics acceleration is off, the driver is on the browser’s list of known bad ones, or
            this is a remote desktop or a virtual machine without a GPU.{message && ` The browser says: ${message}.`}
          </p>
          <ul>
            <li>Turn on “Use graphics acceleration when available” in the browser’s settings, then restart it.</li>
            <li>
              Look at <code>chrome://gpu</code> (or <code>about:support</code> in Firefox): the line on WebGPU names the
              cause. A newer graphics driver often ends it.
            </li>
            <li>
              With no GPU at all, Chrome can compute on the processor: start it with{' '}
              <code>--enable-unsafe-webgpu --use-webgpu-adapter=swiftshader</code>.
            </li>
          </ul>
        </>
      )}
      {command && (
        <p>
          Or do the same in a terminal, which needs neither browser nor GPU: <code>npx {command}</code>.
        </p>
      )}
      {recorded && <p>Below is what was recorded elsewhere.</p>}
    </section>
  )
}
