#!/bin/bash
# Unpacks a Debian kernel (it is not installed on this machine) and builds a small initramfs from it.
# usage: prepare.sh CACHE_DIR
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
cache=$1
mkdir -p "$cache"
cd "$cache"

need=()
command -v qemu-system-x86_64 >/dev/null || need+=(qemu-system-x86 qemu-system-common seabios)
command -v udevadm >/dev/null || need+=(udev)
command -v depmod >/dev/null || need+=(kmod)
command -v cpio >/dev/null || need+=(cpio)
[ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1 || need+=(busybox-static)
ldconfig -p | grep -q libusb-1.0.so.0 || need+=(libusb-1.0-0)
if [ ${#need[@]} -gt 0 ]; then
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${need[@]}"
fi

if ! ls kernel/boot/vmlinuz-* >/dev/null 2>&1; then
  package=$(apt-cache depends linux-image-amd64 | awk '/Depends:/{print $2; exit}')
  ls "$package"_*.deb >/dev/null 2>&1 || apt-get download "$package"
  rm -rf kernel && mkdir kernel && dpkg-deb -x "$package"_*.deb kernel
fi
version=$(basename "$(ls -d kernel/lib/modules/*)")
modules=kernel/lib/modules/$version
[ -f "$modules/modules.dep" ] || depmod -b "$PWD/kernel" "$version"

# The initramfs holds busybox and just the modules that reach the shared root folder.
rm -rf initrd && mkdir -p initrd/{bin,mod,proc,sys,dev,mnt}
cp /bin/busybox initrd/bin/busybox
for applet in sh mount umount switch_root cp mkdir insmod cat uname poweroff; do ln -s busybox "initrd/bin/$applet"; done
: > initrd/mod/order
add() { # a module and what it depends on, the latter first
  local line self deps file base
  line=$(grep -E "/${1//_/[-_]}\.ko(\.[a-z0-9]+)?:" "$modules/modules.dep" | head -1)
  self=${line%%:*}
  deps=${line#*:}
  for file in $(echo "$deps" | tr ' ' '\n' | tac) $self; do
    base=$(basename "$file")
    grep -qx "$base" initrd/mod/order || { cp "$modules/$file" "initrd/mod/$base"; echo "$base" >> initrd/mod/order; }
  done
}
for module in virtio_pci 9pnet_virtio 9p overlay virtio_console; do add "$module"; done
cp "$here/guest/init" initrd/init
chmod +x initrd/init
(cd initrd && find . | cpio -o -H newc --quiet) | gzip -1 > initrd.gz
# Last, since its presence means that all the rest is there.
echo "$version" > version
