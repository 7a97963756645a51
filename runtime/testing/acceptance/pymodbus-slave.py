"""A Modbus RTU slave of python3-pymodbus for the board tests: unit 1, holding registers 0 to 99, prints every write."""
import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.server import StartSerialServer


class Printing(ModbusSequentialDataBlock):
    def setValues(self, address, values):
        super().setValues(address, values)
        print("write", address, *values, flush=True)

    def getValues(self, address, count=1):
        print("read", address, count, flush=True)
        return super().getValues(address, count)


context = ModbusSlaveContext(hr=Printing(0, [0] * 100), zero_mode=True)
print("ready", flush=True)
StartSerialServer(
    context=ModbusServerContext(slaves={1: context}, single=False),
    framer=ModbusRtuFramer,
    port=sys.argv[1],
    baudrate=9600,
    timeout=0.05,
)
