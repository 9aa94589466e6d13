using System;
using System.Device.I2c;
using LumenLink.Beacon.Security;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>The secure element's I2C bus. A device object for each address, made when it is first used.</summary>
    public sealed class I2cBus : II2cBus
    {
        private readonly int _busId;
        private readonly I2cDevice?[] _devices = new I2cDevice[128];

        /// <summary>A bus whose pins have been set.</summary>
        /// <param name="busId">Number of the bus, from 1.</param>
        public I2cBus(int busId)
        {
            _busId = busId;
        }

        /// <inheritdoc/>
        public bool Write(byte address7, byte[] data, int count)
        {
            try
            {
                I2cTransferResult result = DeviceAt(address7).Write(new SpanByte(data, 0, count));
                return result.Status == I2cTransferStatus.FullTransfer;
            }
            catch (Exception)
            {
                return false;
            }
        }

        /// <inheritdoc/>
        public bool Read(byte address7, byte[] buffer, int count)
        {
            try
            {
                I2cTransferResult result = DeviceAt(address7).Read(new SpanByte(buffer, 0, count));
                return result.Status == I2cTransferStatus.FullTransfer;
            }
            catch (Exception)
            {
                return false;
            }
        }

        private I2cDevice DeviceAt(byte address7)
        {
            I2cDevice? device = _devices[address7];
            if (device == null)
            {
                device = I2cDevice.Create(new I2cConnectionSettings(_busId, address7, I2cBusSpeed.StandardMode));
                _devices[address7] = device;
            }

            return device;
        }
    }
}
