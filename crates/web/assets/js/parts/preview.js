// Small pictures of what was chosen in a field for photos, before anything is sent.

function show(input) {
  let strip = input.parentElement.querySelector(".lw-preview");
  if (!strip) {
    strip = document.createElement("div");
    strip.className = "lw-preview";
    input.after(strip);
  }
  for (const old of strip.querySelectorAll("img")) URL.revokeObjectURL(old.src);
  const pictures = [...input.files].map((file) => {
    const picture = new Image();
    picture.src = URL.createObjectURL(file);
    picture.alt = file.name;
    return picture;
  });
  strip.replaceChildren(...pictures);
}

export function listenForPhotos() {
  document.addEventListener("change", ({ target }) => {
    if (target.matches?.("input[type=file][accept^=image]")) show(target);
  });
}
