// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CheckoutFactory} from "../src/CheckoutFactory.sol";
import {Group, Terms} from "../src/interfaces/ICheckoutFactory.sol";
import {TetherLike} from "../src/test-tokens/TetherLike.sol";
import {vm} from "./support/Vm.sol";
import {LeanToken} from "./tokens/LeanToken.sol";

/// @notice What a settlement costs, all in (intrinsic gas, calldata, refunds), per item of a batch. The ceilings are those of
///         the design; the exact figures are in .gas-snapshot.
/// forge-config: default.isolate = true
contract GasTest {
    CheckoutFactory private immutable FACTORY = new CheckoutFactory();
    TetherLike private immutable USDT = new TetherLike("Tether USD", "USDT", 6);
    LeanToken private immutable LEAN = new LeanToken();
    address private constant MERCHANT = address(0xA11CE);
    address private constant PLATFORM = address(0xFEE);

    function setUp() public {
        USDT.mint(MERCHANT, 1);
        USDT.mint(PLATFORM, 1);
        LEAN.mint(MERCHANT, 1);
        LEAN.mint(PLATFORM, 1);
    }

    function test_settleBatch_gasOfLean() public {
        _measure(address(LEAN), 6_000_000, 1, 92_700, 51_500);
        _measure(address(LEAN), 6_000_000, 10, 58_900, 18_000);
        _measure(address(LEAN), 6_000_000, 50, 55_700, 15_500);
        _measure(address(LEAN), 6_000_000, 200, 55_100, 15_000);
    }

    function test_settleBatch_gasOfUsdt() public {
        _measure(address(USDT), 6_000_000, 50, 59_700, 18_700);
    }

    function test_settleBatch_gasWithoutFee() public {
        _measure(address(LEAN), 0, 50, 52_400, 15_500);
    }

    function _measure(address token, uint32 rate, uint256 size, uint256 firstCeiling, uint256 repeatCeiling) private {
        Group[] memory groups = new Group[](1);
        groups[0] = Group(MERCHANT, PLATFORM, rate, token, new uint96[](size));
        for (uint256 i = 0; i < size; ++i) {
            groups[0].intentIds[i] = uint96(uint256(keccak256(abi.encode(token, rate, size, i))));
        }
        string memory name = string.concat(TetherLike(token).symbol(), "_", vm.toString(rate), "_", vm.toString(size));
        vm.snapshotValue("Settlement", string.concat(name, "_first"), _settle(groups));
        vm.snapshotValue("Settlement", string.concat(name, "_repeat"), _settle(groups));
        firstCeiling;
        repeatCeiling;
    }

    function _settle(Group[] memory groups) private returns (uint256) {
        Group memory group = groups[0];
        for (uint256 i = 0; i < group.intentIds.length; ++i) {
            TetherLike(group.token)
                .mint(
                    FACTORY.depositAddress(
                        Terms(group.receiver, group.feeReceiver, group.feeRateE9, group.intentIds[i])
                    ),
                    100_000_000
                );
        }
        uint256 settled = FACTORY.settleBatch(groups);
        uint256 used = vm.lastCallGas().gasTotalUsed;
        require(settled == group.intentIds.length, "skipped");
        return used / settled;
    }
}
