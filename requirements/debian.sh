#!/bin/sh
# Debian's packages that the tests need: installed when we may, else the one line to run is printed and we go on.
PATH="$PATH:/usr/sbin:/usr/local/sbin"
packages=""
command -v mosquitto >/dev/null || packages="$packages mosquitto"
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || packages="$packages chromium"
command -v strace >/dev/null || packages="$packages strace"
command -v faketime >/dev/null || packages="$packages faketime"
fc-list :lang=zh 2>/dev/null | grep -q . || packages="$packages fonts-noto-cjk"
[ -z "$packages" ] && exit 0

root=""
[ "$(id -u)" = 0 ] || root="sudo -n"
install="apt-get install -y --no-install-recommends$packages"
if command -v apt-get >/dev/null && $root true 2>/dev/null; then
  echo "installing$packages …"
  $root apt-get update -qq >/dev/null 2>&1
  $root env DEBIAN_FRONTEND=noninteractive $install </dev/null >/dev/null 2>&1 && exit 0
fi
echo "Some tests will be skipped, by name. For all of them: sudo $install"
