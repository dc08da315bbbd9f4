"use strict"
// Finds a number that makes SHA-256 of token, point and number begin with the
// wanted zero bits (at most 32). The blocks of the token are worked through once;
// each try is one block more. FIPS 180-4.

// The constants are the first bits behind the point of roots of primes.
const roots = [], start = []
for (let n = 2; roots.length < 64; n++) {
  let prime = true
  for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false
  if (!prime) continue
  const fraction = x => ((x % 1) * 0x100000000) | 0
  if (start.length < 8) start.push(fraction(Math.sqrt(n)))
  roots.push(fraction(Math.cbrt(n)))
}
const K = Int32Array.from(roots)
const w = new Int32Array(64)
const turn = (x, n) => (x >>> n) | (x << (32 - n))

// compress works one block of 64 bytes into a state of 8 words.
function compress(state, block) {
  for (let i = 0; i < 16; i++) {
    w[i] = (block[4 * i] << 24) | (block[4 * i + 1] << 16) | (block[4 * i + 2] << 8) | block[4 * i + 3]
  }
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15], y = w[i - 2]
    w[i] = (w[i - 16] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0
  }
  let [a, b, c, d, e, f, g, h] = state
  for (let i = 0; i < 64; i++) {
    const s = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0
    const t = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g; g = f; f = e; e = (d + s) | 0
    d = c; c = b; b = a; a = (s + t) | 0
  }
  return [a, b, c, d, e, f, g, h].map((x, i) => (x + state[i]) | 0)
}

onmessage = event => {
  const head = new TextEncoder().encode(event.data.token + ".")
  const whole = head.length - head.length % 64
  let middle = start
  for (let i = 0; i < whole; i += 64) middle = compress(middle, head.subarray(i, i + 64))
  const rest = head.subarray(whole), block = new Uint8Array(64)
  for (let n = 0; ; n++) {
    const text = String(n), length = rest.length + text.length
    block.fill(0)
    block.set(rest)
    for (let i = 0; i < text.length; i++) block[rest.length + i] = text.charCodeAt(i)
    block[length] = 0x80
    const bits = 8 * (head.length + text.length)
    block[62] = bits >>> 8
    block[63] = bits & 255
    if (Math.clz32(compress(middle, block)[0]) >= event.data.bits) {
      postMessage(text)
      return
    }
  }
}
