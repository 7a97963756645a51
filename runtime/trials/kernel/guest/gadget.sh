# USB devices made by the kernel itself (configfs gadgets) on its dummy host controllers 0 and 1: each a rating pad, a serial
# port and a printer in one. Device ends: /dev/hidgN, /dev/ttyGSN, /dev/g_printerN.
# usage: gadget.sh make NAME SERIAL | plug NAME BUS | unplug NAME | remove NAME     (SERIAL "" = the device has none)
set -e
folder=/sys/kernel/config/usb_gadget/$2
case $1 in
make)
  mkdir -p "$folder" && cd "$folder"
  echo 0x1d6b > idVendor
  echo 0x0104 > idProduct
  mkdir -p strings/0x409 configs/c.1
  [ -z "$3" ] || echo "$3" > strings/0x409/serialnumber
  echo Acme > strings/0x409/manufacturer
  echo "Acme Counter Box" > strings/0x409/product
  mkdir "functions/hid.$2"
  echo 0 > "functions/hid.$2/protocol"
  echo 0 > "functions/hid.$2/subclass"
  echo 8 > "functions/hid.$2/report_length"
  printf '\006\000\377\011\001\241\001\025\000\046\377\000\165\010\225\010\011\002\201\002\011\003\221\002\300' > "functions/hid.$2/report_desc"
  mkdir "functions/acm.$2" "functions/printer.$2"
  echo "MFG:Acme;MDL:Ticket80;CLS:PRINTER;CMD:ESC/POS;" > "functions/printer.$2/pnp_string"
  echo 10 > "functions/printer.$2/q_len"
  for function in acm hid printer; do ln -s "functions/$function.$2" configs/c.1/; done
  ;;
plug) echo "dummy_udc.$3" > "$folder/UDC" ;;
unplug) echo "" > "$folder/UDC" ;;
remove)
  cd "$folder"
  [ -z "$(cat UDC)" ] || echo "" > UDC
  rm configs/c.1/*.$2
  rmdir configs/c.1 functions/*.$2 strings/0x409
  cd / && rmdir "$folder"
  ;;
esac
