using LumenLink.Beacon;
using LumenLink.Beacon.Identifier;
using LumenLink.Beacon.Radio;
using LumenLink.Beacon.Sightings;
using LumenLink.Protocol;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// Advertisements of every format and with bytes that mean nothing: what is read, what filters let pass, what an
    /// identifier, a fingerprint and the surroundings come to.
    /// </summary>
    internal sealed class RadioCases
    {
        private const int Payloads = 60;
        private const string EddystoneEid = "0303aafe0d16aafe30ef0102030405060708";
        private const string IBeacon = "1aff4c0002150102030405060708090a0b0c0d0e0f1000010002c5";
        private const string Mixed = "020a0405020f180d18090867656e65726963";

        private readonly Transcript transcript = new Transcript("radio");
        private readonly Advertisement advertisement = new Advertisement();
        private readonly BeaconCounters counters = new BeaconCounters();
        private readonly Surroundings surroundings = new Surroundings();
        private readonly Sighting sighting = new Sighting();

        internal void Run()
        {
            for (uint seed = 1; seed <= 12; seed++)
            {
                OneCrowd(new Lcg(seed), NewFilter(seed));
                transcript.EndCase();
            }

            Identifiers(new Lcg(1));
            transcript.EndCase();
        }

        private SightingFilter NewFilter(uint seed)
        {
            FilterPolicy policy = new FilterPolicy();
            policy.RssiFloorDbm = seed % 2 == 0 ? -90 : sbyte.MinValue;
            policy.Services = seed % 3 == 0 ? new ushort[] { 0xFEAA, 0x180F } : new ushort[0];
            policy.Manufacturers = seed % 5 == 0 ? new ushort[] { 0x004C } : new ushort[0];
            policy.ChangeDb = seed % 4 == 0 ? 3 : 0;
            return new SightingFilter(policy, counters);
        }

        private void OneCrowd(Lcg random, SightingFilter filter)
        {
            for (int i = 0; i < Payloads; i++)
            {
                Payload(random);
                advertisement.Read(sighting.Payload, sighting.PayloadLength);
                transcript.Add((int)advertisement.Recognised);
                transcript.Add(advertisement.HasTxPower);
                transcript.Add(advertisement.TxPowerDbm);
                transcript.Add(advertisement.HasEid);
                transcript.Add(unchecked((int)(advertisement.Eid ^ (advertisement.Eid >> 32))));
                transcript.Add(advertisement.CompanyId);
                transcript.Add(advertisement.HasService(0x180F));
                sighting.Address = (uint)random.Below(20);
                sighting.RssiDbm = (sbyte)(-60 - random.Below(60));
                surroundings.Hear(sighting.Address);
                transcript.Add(filter.Passes(sighting, advertisement, i * 40000L));
                if (i % 10 == 9)
                {
                    transcript.Add(surroundings.EndWindow());
                }
            }

            transcript.Add(counters.FilteredByRssi);
            transcript.Add(counters.FilteredByService);
            transcript.Add(counters.FilteredByManufacturer);
            transcript.Add(counters.FilteredUnchanged);
        }

        private void Payload(Lcg random)
        {
            int kind = random.Below(5);
            byte[] known = Transcript.FromHex(kind == 0 ? EddystoneEid : kind == 1 ? IBeacon : Mixed);
            random.Fill(sighting.Payload, Advertisement.MaxBytes);
            sighting.PayloadLength = kind < 3 ? known.Length : random.Below(Advertisement.MaxBytes + 1);
            for (int i = 0; kind < 3 && i < known.Length; i++)
            {
                sighting.Payload[i] = known[i];
            }

            if (kind == 3)
            {
                sighting.Payload[0] = (byte)random.Below(9);
            }

            if (random.Below(3) == 0)
            {
                sighting.Payload[random.Below(Advertisement.MaxBytes)] = (byte)random.Next();
            }
        }

        private void Identifiers(Lcg random)
        {
            EidFrame eid = new EidFrame(new StandInCrypto());
            byte[] key = new byte[WireSizes.Aes];
            byte[] frame = new byte[EidFrame.Size];
            byte[] block = new byte[WireSizes.Aes];
            for (int i = 0; i < 16; i++)
            {
                random.Fill(key, key.Length);
                eid.Write(key, (byte)i, 0xF0000000u + (uint)random.Next(), (sbyte)(i - 20), frame);
                transcript.Add(frame);
                PayloadFingerprint.Mix(block, i % 3, frame, 0, frame.Length);
                transcript.Add(PayloadFingerprint.Take(block));
            }
        }
    }
}
