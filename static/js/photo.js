// Makes a chosen photo smaller before it is sent: twelve million dots on a weak signal take minutes.
// Without JavaScript, or where the browser cannot open the picture, the file is sent as it is and made smaller by us.

const LONGEST = 2400; // pixels, as in progress/cleaning.py
const SMALL = 600_000; // bytes; below that there is little to gain
const QUALITY = 0.85;

async function smaller(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  const paper = canvas.getContext("2d");
  paper.fillStyle = "white"; // what is see-through in a PNG
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  return blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file;
}

async function chosen(event) {
  const input = event.target;
  const [file] = input.files;
  if (!file?.type.startsWith("image/") || file.size < SMALL) return;
  const button = input.form.querySelector("[data-send-once]");
  button.disabled = true; // for the second it takes
  try {
    const box = new DataTransfer();
    box.items.add(await smaller(file));
    if (input.files[0] === file) input.files = box.files;
  } catch {
    // Sent as it is.
  } finally {
    button.disabled = false;
  }
}

document.querySelectorAll("input[type=file]").forEach((input) => input.addEventListener("change", chosen));
