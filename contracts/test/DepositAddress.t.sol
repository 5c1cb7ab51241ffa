// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {CheckoutFactory} from "../src/CheckoutFactory.sol";
import {Group, ICheckoutFactory, Terms} from "../src/interfaces/ICheckoutFactory.sol";
import {Base} from "./support/Base.sol";
import {bound, vm} from "./support/Vm.sol";

/// @notice A deposit address is the same for any caller, order and chain, and known before anything is deployed.
contract DepositAddressTest is Base {
    address private constant DETERMINISTIC_DEPLOYER = 0x4e59b44847b379578588920cA78FbF26c0B4956C;
    address private constant LITERAL_FACTORY = 0xbEf3bAF558C93CA8F06958C0675dC599c529bDAB;
    address private constant LITERAL_IMPLEMENTATION = 0x69b3ad8C8165C9984d4749D8Ba5F2C57E25119D2;

    /// The literals that the application computes addresses from. If this fails, the creation code has changed: every deposit
    /// address moves. `node contracts/generate.ts` writes the new ones to generated/addresses.ts.
    function test_factory_standsAtTheLiteralAddress() public pure {
        bytes32 codeHash = keccak256(type(CheckoutFactory).creationCode);
        address expected = address(
            uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), DETERMINISTIC_DEPLOYER, bytes32(0), codeHash))))
        );
        assertEq(expected, LITERAL_FACTORY, "factory");
        address implementation = address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", expected, hex"01")))));
        assertEq(implementation, LITERAL_IMPLEMENTATION, "implementation");
    }

    function test_implementation_isTheFirstContractOfTheFactory() public view {
        address first = address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", address(factory), hex"01")))));
        assertEq(factory.implementation(), first, "nonce 1");
    }

    /// The encoding that contracts/README.md documents and TypeScript repeats.
    function testFuzz_depositAddress_followsTheDocumentedEncoding(
        address receiver,
        address feeReceiver,
        uint32 rate,
        uint96 intentId
    ) public view {
        vm.assume(receiver != address(0) && feeReceiver != address(0));
        rate = uint32(bound(rate, 0, 1e9));
        bytes32 salt = keccak256(
            abi.encodePacked(bytes12(0), receiver, bytes12(0), feeReceiver, uint256(rate), bytes20(0), intentId)
        );
        bytes32 codeHash = keccak256(
            abi.encodePacked(
                hex"3d602d80600a3d3981f3363d3d373d3d3d363d73",
                factory.implementation(),
                hex"5af43d82803e903d91602b57fd5bf3"
            )
        );
        address expected =
            address(uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(factory), salt, codeHash)))));
        assertEq(factory.depositAddress(Terms(receiver, feeReceiver, rate, intentId)), expected, "address");
    }

    function testFuzz_depositAddress_everyTermMovesIt(uint8 field, uint32 change) public view {
        change = uint32(bound(change, 1, 1e8));
        Terms memory other = termsOf(1);
        field = uint8(bound(field, 0, 3));
        if (field == 0) other.receiver = address(uint160(other.receiver) ^ change);
        if (field == 1) other.feeReceiver = address(uint160(other.feeReceiver) ^ change);
        if (field == 2) other.feeRateE9 += change;
        if (field == 3) other.intentId += change;
        assertTrue(factory.depositAddress(other) != depositOf(1), "moved");
    }

    function test_depositAddress_revertsForTermsThatCannotBeSettled() public {
        vm.expectRevert(abi.encodeWithSelector(ICheckoutFactory.FeeRateTooHigh.selector, 1e9 + 1));
        factory.depositAddress(Terms(merchant, platform, 1e9 + 1, 1));
    }

    function testFuzz_settle_deploysTheSameForAnyCallerAndOrder(address caller, uint256 seed) public {
        uint96[3] memory order = [uint96(1 + seed % 3), uint96(1 + (seed + 1) % 3), uint96(1 + (seed + 2) % 3)];
        bytes32 code;
        for (uint256 i = 0; i < 3; ++i) {
            fund(address(lean), order[i], PRICE);
            vm.prank(caller);
            factory.settle(termsOf(order[i]), address(lean));
            bytes32 codeHash = depositOf(order[i]).codehash;
            assertTrue(code == 0 || codeHash == code, "one code for all");
            code = codeHash;
        }
        assertPaid(address(lean), 3 * NET, 3 * FEE);
    }

    /// Somebody else's settlement of the same deposit lands first.
    function test_settleBatch_losesTheRaceInPeace() public {
        fund(address(lean), 1, PRICE);
        fund(address(lean), 2, PRICE);
        vm.prank(address(0xBAD));
        factory.settle(termsOf(1), address(lean));
        Group[] memory groups = batchOf(address(lean), 2);
        assertEq(factory.settleBatch(groups), 1, "the other item");
        assertPaid(address(lean), 2 * NET, 2 * FEE);
        fund(address(lean), 1, PRICE);
        assertEq(factory.settleBatch(groups), 1, "later money");
        assertPaid(address(lean), 3 * NET, 3 * FEE);
    }
}
