using System;
using LumenLink.Beacon.Provisioning;
using nanoFramework.Device.Bluetooth;
using nanoFramework.Device.Bluetooth.Advertisement;
using nanoFramework.Device.Bluetooth.GenericAttributeProfile;
using Buffer = nanoFramework.Device.Bluetooth.Buffer;

namespace LumenLink.Beacon.Adapters
{
    /// <summary>
    /// Improv's service over nanoFramework's GATT server. A handler must answer at once, the BLE host waits for it:
    /// writes go to the loop, reads get what was shown last. New advertising data needs a stop of the whole server,
    /// which takes the connection with it: the state on air is renewed only while no client is there.
    /// </summary>
    public sealed class ImprovGatt : IImprovClient
    {
        private const byte ServiceId = 0x00;
        private const byte StateId = 0x01;
        private const byte ErrorId = 0x02;
        private const byte CommandId = 0x03;
        private const byte ResultId = 0x04;
        private const byte CapabilitiesId = 0x05;

        private readonly ImprovInbox _inbox;
        private readonly string _name;
        private byte[] _state = new byte[] { (byte)ImprovState.AuthorizationRequired };
        private byte[] _error = new byte[] { (byte)ImprovError.None };
        private byte[] _result = new byte[0];
        private GattServiceProvider? _provider;
        private GattLocalCharacteristic? _stateValue;
        private GattLocalCharacteristic? _errorValue;
        private GattLocalCharacteristic? _resultValue;
        private byte _stateOnAir;
        private bool _isConnected;

        /// <summary>A service that is not on air yet.</summary>
        /// <param name="inbox">Takes what clients write.</param>
        /// <param name="name">Name of the device.</param>
        public ImprovGatt(ImprovInbox inbox, string name)
        {
            _inbox = inbox;
            _name = name;
        }

        /// <summary>Puts the state on air if that is not so already and no client is there.</summary>
        /// <returns>False if the radio refused; to be tried again.</returns>
        public bool Refresh()
        {
            byte state = _state[0];
            if (_isConnected || _stateOnAir == state)
            {
                return true;
            }

            try
            {
                if (_provider == null)
                {
                    Create();
                }
                else if (_stateOnAir != 0)
                {
                    _provider.StopAdvertising();
                }

                _stateOnAir = 0;
                _provider!.StartAdvertising(Advertising(state));
                if (_provider.AdvertisementStatus != GattServiceProviderAdvertisementStatus.Started)
                {
                    return false;
                }

                _stateOnAir = state;
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        /// <inheritdoc/>
        public void ShowState(ImprovState state)
        {
            _state = new byte[] { (byte)state };
            Notify(_stateValue, _state);
        }

        /// <inheritdoc/>
        public void ShowError(ImprovError error)
        {
            _error = new byte[] { (byte)error };
            Notify(_errorValue, _error);
        }

        /// <inheritdoc/>
        public void ShowResult(byte[] packet, int count)
        {
            byte[] result = new byte[count];
            Array.Copy(packet, 0, result, 0, count);
            _result = result;
            Notify(_resultValue, result);
        }

        private static void Notify(GattLocalCharacteristic? characteristic, byte[] value)
        {
            try
            {
                if (characteristic != null)
                {
                    characteristic.NotifyValue(new Buffer(value));
                }
            }
            catch (Exception)
            {
                // The client left; it may still read the value when it comes back.
            }
        }

        /// <summary>00467768-6228-2272-4663-2774782680xx, the last byte first, as UUIDs are on air.</summary>
        private static byte[] UuidOnAir(byte id)
        {
            return new byte[]
            {
                id, 0x80, 0x26, 0x78, 0x74, 0x27, 0x63, 0x46, 0x72, 0x22, 0x28, 0x62, 0x68, 0x77, 0x46, 0x00,
            };
        }

        private static Guid UuidOf(byte id)
        {
            return new Guid(0x00467768, 0x6228, 0x2272, 0x46, 0x63, 0x27, 0x74, 0x78, 0x26, 0x80, id);
        }

        private void Create()
        {
            BluetoothLEServer server = BluetoothLEServer.Instance;
            server.DeviceName = _name;
            server.Session.SessionStatusChanged += OnSession;
            GattServiceProvider provider = GattServiceProvider.Create(UuidOf(ServiceId)).ServiceProvider;
            const GattCharacteristicProperties told =
                GattCharacteristicProperties.Read | GattCharacteristicProperties.Notify;
            _stateValue = Add(provider, StateId, told, null);
            _stateValue.ReadRequested += OnStateRead;
            _errorValue = Add(provider, ErrorId, told, null);
            _errorValue.ReadRequested += OnErrorRead;
            const GattCharacteristicProperties written =
                GattCharacteristicProperties.Write | GattCharacteristicProperties.WriteWithoutResponse;
            Add(provider, CommandId, written, null).WriteRequested += OnCommand;
            _resultValue = Add(provider, ResultId, told, null);
            _resultValue.ReadRequested += OnResultRead;
            byte[] capabilities = new byte[] { ImprovService.Capabilities };
            Add(provider, CapabilitiesId, GattCharacteristicProperties.Read, new Buffer(capabilities));
            _provider = provider;
        }

        private static GattLocalCharacteristic Add(
            GattServiceProvider provider, byte id, GattCharacteristicProperties properties, Buffer? value)
        {
            GattLocalCharacteristicParameters parameters = new GattLocalCharacteristicParameters();
            parameters.CharacteristicProperties = properties;
            parameters.StaticValue = value!;
            return provider.Service.CreateCharacteristic(UuidOf(id), parameters).Characteristic;
        }

        /// <summary>
        /// Flags, service and service data fill the advertisement to its last byte; the name goes beside it.
        /// </summary>
        private GattServiceProviderAdvertisingParameters Advertising(byte state)
        {
            GattServiceProviderAdvertisingParameters parameters = new GattServiceProviderAdvertisingParameters();
            parameters.IsConnectable = true;
            parameters.IsDiscoverable = true;
            parameters.CustomAdvertisement = true;
            BluetoothLEAdvertisement advertisement = parameters.Advertisement;
            advertisement.Flags = BluetoothLEAdvertisementFlags.GeneralDiscoverableMode
                | BluetoothLEAdvertisementFlags.ClassicNotSupported;
            advertisement.DataSections.Add(new BluetoothLEAdvertisementDataSection(
                (byte)BluetoothLEAdvertisementDataSectionType.CompleteList128uuid, new Buffer(UuidOnAir(ServiceId))));
            byte[] serviceData = new byte[] { 0x77, 0x46, state, ImprovService.Capabilities, 0, 0, 0, 0 };
            advertisement.DataSections.Add(new BluetoothLEAdvertisementDataSection(
                (byte)BluetoothLEAdvertisementDataSectionType.ServiceData16bitUuid, new Buffer(serviceData)));
            advertisement.LocalName = _name;
            return parameters;
        }

        private void OnSession(object sender, GattSessionStatusChangedEventArgs args)
        {
            _isConnected = args.Status == GattSessionStatus.Active;
            if (!_isConnected)
            {
                _inbox.Put(new byte[0]);
            }
        }

        private void OnStateRead(GattLocalCharacteristic sender, GattReadRequestedEventArgs args)
        {
            args.GetRequest().RespondWithValue(new Buffer(_state));
        }

        private void OnErrorRead(GattLocalCharacteristic sender, GattReadRequestedEventArgs args)
        {
            args.GetRequest().RespondWithValue(new Buffer(_error));
        }

        private void OnResultRead(GattLocalCharacteristic sender, GattReadRequestedEventArgs args)
        {
            args.GetRequest().RespondWithValue(new Buffer(_result));
        }

        private void OnCommand(GattLocalCharacteristic sender, GattWriteRequestedEventArgs args)
        {
            GattWriteRequest request = args.GetRequest();
            byte[] bytes = new byte[(int)(long)request.Value.Length];
            DataReader.FromBuffer(request.Value).ReadBytes(bytes);
            if (bytes.Length == 0 || _inbox.Put(bytes))
            {
                request.Respond();
            }
            else
            {
                request.RespondWithProtocolError(GattProtocolError.InsufficientResources);
            }
        }
    }
}
