// Send one large file to the upload route, with a progress bar. The page gets told when it has arrived.
const sending = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const find = (name) => parentElement.querySelector(`.${name}`)
  const [lead, choose, input, bar, told, stop] = ["lead", "choose", "input", "bar", "told", "stop"].map(find)
  const state = sending.get(parentElement) ?? { request: null }
  sending.set(parentElement, state)

  lead.textContent = data.lead
  choose.textContent = data.choose
  stop.textContent = data.stop
  bar.setAttribute("aria-label", data.choose)

  const show = (running) => {
    lead.hidden = choose.hidden = running
    stop.hidden = !running
    bar.hidden = !running
  }
  const say = (text, wrong) => {
    told.textContent = text
    told.classList.toggle("wrong", wrong)
  }
  const fail = (text) => {
    state.request = null
    show(false)
    say(text, true)
  }
  const fill = (sentence, values) => sentence.replace(/\[(\w+)\]/g, (_, name) => values[name] ?? "")

  const send = (file) => {
    if (file.size > data.limit) return fail(data.tooLarge)
    const request = new XMLHttpRequest()
    state.request = request
    const begun = performance.now()
    request.upload.onprogress = ({ loaded, total }) => {
      const seconds = (performance.now() - begun) / 1000
      const left = Math.ceil((seconds / loaded) * (total - loaded))
      bar.value = loaded / total
      say(fill(data.under, { file: file.name, done: Math.floor(loaded / 1048576), all: Math.ceil(total / 1048576), left }), false)
    }
    request.onload = () => {
      let answer = {}
      try { answer = JSON.parse(request.responseText) } catch { answer = {} }
      if (request.status !== 200) return fail(answer.error ? `${answer.error.message} ${answer.error.hint}` : data.broken)
      state.request = null
      say(data.arrived, false)
      bar.hidden = stop.hidden = true
      setTriggerValue("arrived", { bytes: answer.bytes })
    }
    request.onerror = () => fail(data.broken)
    request.onabort = () => fail(data.stopped)
    request.open("POST", data.path)
    request.setRequestHeader(data.ticketHeader, data.ticket)
    request.setRequestHeader(data.nameHeader, encodeURIComponent(file.name.toWellFormed?.() ?? file.name))
    request.setRequestHeader("Content-Type", "application/octet-stream")
    bar.value = 0
    show(true)
    say(fill(data.under, { file: file.name, done: 0, all: Math.ceil(file.size / 1048576), left: "…" }), false)
    request.send(file)
  }

  choose.onclick = () => input.click()
  stop.onclick = () => state.request?.abort()
  input.onchange = () => {
    const [file] = input.files
    input.value = ""
    if (file) send(file)
  }
  if (!state.request) show(false)
  return () => state.request?.abort()
}
